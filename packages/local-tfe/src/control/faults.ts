import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { errorAnswer, invalid, notFound, unauthorized } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { newId } from '../ids.ts';

/** What the client gets in the end. */
export type Delivery =
  | { kind: 'answer' | 'half-answer'; answer: Answer }
  /** The connection ends: in order, by a reset, or not until the client gives up. */
  | { kind: 'close' | 'reset' | 'silence' };

/** One request while a fault has its hands on it. */
export interface Exchange {
  /** Takes in the whole request, so that it can be done after the client has gone. */
  receive(): Promise<void>;
  /** Does what was asked, at most once; the answer is what TFE would say. */
  commit(): Promise<Answer>;
  /** The client closed its connection. */
  clientGone: Promise<void>;
  /** Lists leave out what is younger than this. */
  hideYoungerThan(ms: number): void;
  /** Reads of the run that is acted on show it as it was, for so long. */
  freezeRun(ms: number): void;
}

const FAULT_NAMES = [
  'drop-before-commit',
  'drop-after-commit',
  'lost-answer-after-commit',
  'half-body',
  'reset-before-commit',
  'reset-after-commit',
  'silence-before-commit',
  'silence-after-commit',
  'late-commit',
  'error-before-commit',
  'error-after-commit',
  'rate-limited',
  'rate-limited-html',
  'not-found',
  'stale-reads',
  'list-lag',
  'slow',
  'token-revoked',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

export const FaultRequest = z.strictObject({
  match: z
    .string()
    .min(1)
    .describe('`POST /runs`, the name of a route; `POST *` or `*` for any; control routes never match'),
  path: z.string().optional().describe('only requests whose path contains this, e.g. a run id'),
  fault: z.enum(FAULT_NAMES),
  times: z.number().int().positive().nullable().default(1).describe('null: until it is cleared'),
  after: z.number().int().nonnegative().default(0).describe('lets so many matching requests pass first'),
  every: z.number().int().positive().default(1).describe('2: every second matching request, so that answers flap'),
  ms: z.number().int().nonnegative().default(1_000).describe('for late-commit, stale-reads, list-lag, slow'),
  status: z.number().int().min(400).max(599).default(503).describe('for error-*: answered with an HTML page'),
  reset: z.number().positive().default(0.35).describe('for rate-limited: X-RateLimit-Reset in seconds, a float'),
});
export type FaultRequest = z.input<typeof FaultRequest>;
export type Fault = z.output<typeof FaultRequest> & { id: string; seen: number; bit: number };

type Strike = (exchange: Exchange, fault: Fault) => Delivery | Promise<Delivery>;

const answer = (answered: Answer): Delivery => ({ kind: 'answer', answer: answered });

const htmlError = ({ status }: Fault): Answer => ({
  status,
  headers: { 'content-type': 'text/html' },
  raw: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
});

const lost: Strike = async ({ commit }) => {
  await commit();
  return { kind: 'close' };
};

/** Every fault by name: when it strikes, and what the client gets instead of the answer. */
const STRIKES: Record<FaultName, Strike> = {
  'drop-before-commit': () => ({ kind: 'close' }),
  'drop-after-commit': lost,
  'lost-answer-after-commit': lost,
  'half-body': async ({ commit }) => ({ kind: 'half-answer', answer: await commit() }),
  'reset-before-commit': () => ({ kind: 'reset' }),
  'reset-after-commit': async ({ commit }) => {
    await commit();
    return { kind: 'reset' };
  },
  'silence-before-commit': () => ({ kind: 'silence' }),
  'silence-after-commit': async ({ commit }) => {
    await commit();
    return { kind: 'silence' };
  },
  'late-commit': async ({ receive, commit, clientGone }, { ms }) => {
    await receive();
    await clientGone;
    await delay(ms, undefined, { ref: false });
    await commit();
    return { kind: 'silence' };
  },
  'error-before-commit': (_exchange, fault) => answer(htmlError(fault)),
  'error-after-commit': async ({ commit }, fault) => {
    await commit();
    return answer(htmlError(fault));
  },
  'rate-limited': (_exchange, { reset }) =>
    answer({
      status: 429,
      headers: { 'x-ratelimit-reset': String(reset), 'x-ratelimit-remaining': '0' },
      body: {
        errors: [{ status: 429, title: 'Too many requests', detail: "You have exceeded the API's rate limit." }],
      },
    }),
  'rate-limited-html': (_exchange, { reset }) =>
    answer({
      status: 429,
      headers: { 'x-ratelimit-reset': String(reset), 'content-type': 'text/html' },
      raw: '<html><body><h1>429 Too Many Requests</h1></body></html>',
    }),
  'not-found': () => answer(errorAnswer(notFound())),
  'stale-reads': async ({ commit, freezeRun }, { ms }) => {
    freezeRun(ms);
    return answer(await commit());
  },
  'list-lag': async ({ commit, hideYoungerThan }, { ms }) => {
    hideYoungerThan(ms);
    return answer(await commit());
  },
  slow: async ({ commit }, { ms }) => {
    await delay(ms, undefined, { ref: false });
    return answer(await commit());
  },
  'token-revoked': () => answer(errorAnswer(unauthorized())),
};

// `GET /runs/:id` is as good a name as `GET /runs/:run_id`.
const plain = (route: string): string => route.replaceAll(/:\w+/g, ':');

function covers(match: string, route: string): boolean {
  const [method = '', template] = match.split(' ');
  return match === '*' || plain(match) === plain(route) || (template === '*' && route.startsWith(`${method} `));
}

/** The faults that wait for their request, with counts of how often each struck. */
export function createFaults(routes: readonly string[]) {
  let faults: Fault[] = [];

  const matches = (fault: Fault, route: string, path: string): boolean =>
    covers(fault.match, route) && (fault.path === undefined || path.includes(fault.path));

  return {
    /** Throws a ZodError when the request is malformed, a Refusal when it matches no route: such a fault would never strike. */
    add(request: FaultRequest): Fault {
      const parsed = FaultRequest.parse(request);
      if (!routes.some((route) => covers(parsed.match, route))) throw invalid(`${parsed.match} matches no route`);
      const fault = { ...parsed, id: newId('fault'), seen: 0, bit: 0 };
      faults.push(fault);
      return fault;
    },
    list: (): Fault[] => faults.map((fault) => ({ ...fault })),
    clear(id?: string): void {
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id);
    },
    /** The fault that strikes this request, if any: counted at once. */
    take(route: string, path: string): Fault | undefined {
      for (const fault of faults) {
        if (!matches(fault, route, path) || (fault.times !== null && fault.bit >= fault.times)) continue;
        fault.seen += 1;
        if (fault.seen <= fault.after || (fault.seen - fault.after - 1) % fault.every !== 0) continue;
        fault.bit += 1;
        return fault;
      }
      return undefined;
    },
    strike: async (fault: Fault, exchange: Exchange): Promise<Delivery> => STRIKES[fault.fault](exchange, fault),
  };
}

export type Faults = ReturnType<typeof createFaults>;
