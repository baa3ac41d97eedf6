import { setTimeout as sleep } from 'node:timers/promises';
import { batchRun } from '../telemetry/signals.js';

/**
 * Maximum number of requests of a failed run that are repeated at the same time, each on a connection of
 * its own. The limit leaves connections in the pool for other work.
 */
const ALONE_AT_ONCE = 4;

export interface BatchOptions<Request> {
  /** Label of the metric `qna_batch_size`. Default: `other`. */
  name?: string;
  /** Milliseconds for which requests collect before each run, for work that no client waits for. Default: 0. */
  pauseMs?: number;
  /**
   * Maximum number of concurrent runs: the database works on one while the results of another are sent.
   * They may end in any order. Default: 1.
   */
  runsAtOnce?: number;
  /**
   * Returns what a request changes. Two concurrent runs never have a subject in common, because they
   * would wait for each other's locks.
   */
  subjectOf?: (request: Request) => unknown;
}

/**
 * Combines many small requests into few statements, without a timer by default. An idle batch runs a
 * request at once. While the maximum number of runs is under way, requests collect, and the next run takes
 * them together.
 *
 * A request does not fail because of another: when a run of several requests fails, each is run alone
 * and gets its own result. Therefore `run` must be atomic and safe to repeat.
 */
export class Batch<Request, Answer> {
  private waiting: Waiting<Request, Answer>[] = [];
  private running = 0;
  private readonly name: string;
  private readonly pauseMs: number;
  private readonly runsAtOnce: number;
  private readonly subjectOf: ((request: Request) => unknown) | undefined;
  /** Subjects of the runs under way. */
  private readonly subjects = new Set<unknown>();

  /**
   * @param run processes the requests and returns one value per request, in their order
   * @param maxSize maximum number of requests in one run
   * @param isUnavailable returns true for a failure that each request alone would meet as well, such as
   * an unavailable database: then all requests of the run fail with it at once
   * @param options see {@link BatchOptions}
   */
  constructor(
    private readonly run: (requests: Request[]) => Promise<Answer[]>,
    private readonly maxSize: number,
    private readonly isUnavailable: (error: unknown) => boolean = () => false,
    { name = 'other', pauseMs = 0, runsAtOnce = 1, subjectOf }: BatchOptions<Request> = {},
  ) {
    this.name = name;
    this.pauseMs = pauseMs;
    this.runsAtOnce = runsAtOnce;
    this.subjectOf = subjectOf;
  }

  /** @throws the error that `run` throws for this request */
  add(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (this.running < this.runsAtOnce) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) {
      if (this.pauseMs > 0) await sleep(this.pauseMs);
      const taken = this.take();
      if (taken.length === 0) break;
      const subjects = taken.map(({ request }) => this.subjectOf?.(request));
      for (const subject of subjects) this.subjects.add(subject);
      await this.settle(taken);
      for (const subject of subjects) this.subjects.delete(subject);
    }
    this.running -= 1;
  }

  /** Takes the oldest requests, except those with a subject of a run under way: they wait for its end. */
  private take(): Waiting<Request, Answer>[] {
    const { subjectOf } = this;
    if (!subjectOf) return this.waiting.splice(0, this.maxSize);
    const taken: Waiting<Request, Answer>[] = [];
    const left: Waiting<Request, Answer>[] = [];
    for (const one of this.waiting) {
      const isFree = taken.length < this.maxSize && !this.subjects.has(subjectOf(one.request));
      (isFree ? taken : left).push(one);
    }
    this.waiting = left;
    return taken;
  }

  private async settle(taken: Waiting<Request, Answer>[]): Promise<void> {
    batchRun.emit({ name: this.name, size: taken.length });
    try {
      const answers = await this.run(taken.map(({ request }) => request));
      taken.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (taken.length > 1 && !this.isUnavailable(error)) {
        await this.settleAlone(taken);
      } else {
        taken.forEach(({ reject }) => reject(error));
      }
    }
  }

  private async settleAlone(taken: Waiting<Request, Answer>[]): Promise<void> {
    const atOnce = Math.max(1, Math.floor(ALONE_AT_ONCE / this.runsAtOnce));
    for (let start = 0; start < taken.length; start += atOnce) {
      const few = taken.slice(start, start + atOnce);
      await Promise.all(few.map((one) => this.settle([one])));
    }
  }
}

interface Waiting<Request, Answer> {
  request: Request;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}
