import { z } from 'zod';
import { act } from '../run/run-actions.ts';
import type { RunAction } from '../run/run-actions.ts';
import { RUN_STATUSES } from '../run/run-statuses.ts';
import { lockWorkspace, unlockWorkspace } from '../workspace/workspace-lock.ts';
import { absent, Rejection } from '../rejection.ts';
import { newId } from '../ids.ts';
import type { ActionsDeps } from '../run/run-actions.ts';
import type { WorkspaceLockDeps } from '../workspace/workspace-lock.ts';
import type { Store } from '../store/store.ts';
import type { RunSignals } from '../run/run-signals.ts';
import type { Journal } from './journal.ts';
import type { RunRecord } from '../run/run-record.ts';
import { ensureUser } from '../account/users.ts';

export interface PeopleDeps extends ActionsDeps, WorkspaceLockDeps {
  store: Store;
  signals: RunSignals;
  journal: Journal;
}

const ACTS = [
  'confirm',
  'discard',
  'cancel',
  'force-cancel',
  'force-execute',
  'lock-workspace',
  'unlock-workspace',
] as const;

export const PersonRequest = z.strictObject({
  as: z.string().min(1).default('alice'),
  act: z.enum(ACTS),
  run: z.string().optional(),
  workspace: z.string().optional().describe('any run of this workspace'),
  when: z
    .union([z.literal('now'), z.literal('confirmable'), z.enum(RUN_STATUSES)])
    .default('now')
    .describe('at once, when the run needs confirmation, or when it reaches a status'),
  times: z.number().int().positive().default(1),
  comment: z.string().optional(),
});
export type PersonRequest = z.input<typeof PersonRequest>;
export type Person = z.output<typeof PersonRequest> & { id: string; done: number; refusals: string[] };

/** Other people at work in TFE: they act on our runs at once, or when a run gets where they wait for it. */
export function createPeople(deps: PeopleDeps) {
  let people: Person[] = [];

  function perform(person: Person, subject: { runId: string | undefined; workspaceId: string | undefined }): void {
    const user = ensureUser(deps.store, person.as);
    const by = { userId: user.id, comment: person.comment };
    person.done += 1;
    try {
      if (person.act === 'lock-workspace' || person.act === 'unlock-workspace') {
        const workspace = deps.store.workspaces.get(subject.workspaceId ?? '');
        if (!workspace) throw absent('workspace');
        if (person.act === 'lock-workspace') lockWorkspace(deps, workspace, user.id, person.comment ?? null);
        else unlockWorkspace(deps, workspace, user.id);
      } else act(deps, person.act satisfies RunAction, subject.runId ?? '', by);
      deps.journal.note({
        kind: 'person',
        detail: { act: person.act, as: person.as, runId: subject.runId ?? null },
      });
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      person.refusals.push(error.message);
    }
  }

  function consider(person: Person, run: RunRecord): void {
    if (person.done >= person.times) return;
    if (person.run !== undefined && person.run !== run.id) return;
    if (person.workspace !== undefined && person.workspace !== run.workspaceId) return;
    const reached = person.when === 'confirmable' ? run.awaiting === 'confirmation' : person.when === run.status;
    if (reached) perform(person, { runId: run.id, workspaceId: run.workspaceId });
  }

  deps.signals.subscribe((run: RunRecord) => {
    for (const person of people) consider(person, run);
  });

  return {
    /** Throws a ZodError when malformed. What TFE refused stands in `refusals`. */
    add(request: PersonRequest): Person {
      const person = { ...PersonRequest.parse(request), id: newId('person'), done: 0, refusals: [] };
      if (person.when === 'now') {
        const run = deps.store.runs.get(person.run ?? '');
        perform(person, { runId: person.run, workspaceId: person.workspace ?? run?.workspaceId });
        return person;
      }
      people.push(person);
      const already = deps.store.runs.get(person.run ?? '');
      if (already) consider(person, already);
      return person;
    },
    list: (): Person[] => people.map((person) => ({ ...person })),
    clear(): void {
      people = [];
    },
  };
}

export type People = ReturnType<typeof createPeople>;
