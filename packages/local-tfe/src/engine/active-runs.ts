import { setTimeout as delay } from 'node:timers/promises';
import type { RunDriverDeps } from './run-driver.ts';
import type { WorkDirDeps } from './work-dir.ts';
import type { Store } from '../store/store.ts';
import { isDiskFull } from '../store/disk-full.ts';
import type { RunRecord } from '../run/run-record.ts';
import { drivenRun } from './run-driver.ts';
import type { Driven } from './run-driver.ts';
import { isFinal } from '../run/run-statuses.ts';
import { enter } from '../run/transitions.ts';
import { removeWorkDir } from './work-dir.ts';

export interface ActiveRunsDeps extends RunDriverDeps, WorkDirDeps {
  store: Store;
  onError: (error: unknown) => void;
}

/** Goes on with a run as far as it gets: until it rests, or is final. */
export type Phase<Deps> = (driven: Driven<Deps>) => Promise<void>;

interface Active {
  interrupt: AbortController;
  kill: AbortController;
  done: Promise<void>;
}

// On close terraform gets this long to stop by itself and write its state; then it is killed.
const CLOSE_GRACE_MS = 5_000;
const FULL_DISK_PAUSE_MS = 1_000;

/** The runs that the engine works on, each in one phase, and how they are broken off. */
export class ActiveRuns<Deps extends ActiveRunsDeps> {
  readonly #deps: Deps;
  readonly #onEnded: (run: RunRecord) => void;
  readonly #active = new Map<string, Active>();
  #closed = false;

  /** `onEnded` is told of each run that became final. */
  constructor(deps: Deps, onEnded: (run: RunRecord) => void) {
    this.#deps = deps;
    this.#onEnded = onEnded;
  }

  get closed(): boolean {
    return this.#closed;
  }

  has(runId: string): boolean {
    return this.#active.has(runId);
  }

  start(runId: string, phase: Phase<Deps>): void {
    if (this.#closed) return;
    const interrupt = new AbortController();
    const kill = new AbortController();
    const driven = drivenRun(this.#deps, runId, { interrupt: interrupt.signal, kill: kill.signal });
    // A turn later: a phase that ends without waiting must find itself among the active ones.
    const done = Promise.resolve()
      .then(() => phase(driven))
      .catch((error: unknown) => this.#whenThereIsSpace(() => this.#broken(runId, interrupt.signal, error)))
      .finally(() => this.#active.delete(runId))
      .then(() => this.#left(runId))
      .catch(this.#deps.onError); // nobody awaits it: an error here would end the process
    this.#active.set(runId, { interrupt, kill, done });
  }

  // The phase that rested may not have left `active` yet: it does before the next turn of the event loop.
  afterPhase(runId: string, next: () => void): void {
    const before = this.#active.get(runId)?.done ?? Promise.resolve();
    void before.then(next);
  }

  interrupt(runId: string, reason: string): boolean {
    const run = this.#active.get(runId);
    run?.interrupt.abort(new Error(reason));
    return run !== undefined;
  }

  kill(runId: string): void {
    this.#active.get(runId)?.kill.abort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const run of this.#active.values()) run.interrupt.abort(new Error('the server closes'));
    const timer = setTimeout(() => {
      for (const run of this.#active.values()) run.kill.abort();
    }, CLOSE_GRACE_MS);
    await Promise.all([...this.#active.values()].map((run) => run.done));
    clearTimeout(timer);
  }

  #left(runId: string): void {
    const run = this.#deps.store.runs.get(runId);
    if (!run || !isFinal(run.status)) return;
    removeWorkDir(this.#deps, run);
    this.#onEnded(run);
  }

  /** The phase was broken off: by a cancel, by our own end, or by a fault of this server. */
  #broken(runId: string, interrupt: AbortSignal, error: unknown): void {
    const run = this.#deps.store.runs.get(runId);
    if (this.#closed || !run || isFinal(run.status)) return;
    if (interrupt.aborted) {
      enter(this.#deps, runId, 'canceled');
      return;
    }
    const message = error instanceof Error ? error.message : 'internal error';
    enter(this.#deps, runId, 'errored', { errorText: message });
  }

  /** A run whose end cannot be written for want of space would hold its workspace until the next restart. */
  async #whenThereIsSpace(write: () => void): Promise<void> {
    for (;;) {
      try {
        return write();
      } catch (error) {
        if (this.#closed || !isDiskFull(error)) throw error;
        this.#deps.onError(error);
        await delay(FULL_DISK_PAUSE_MS);
      }
    }
  }
}
