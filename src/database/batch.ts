import { setTimeout as sleep } from 'node:timers/promises';
import { batchRun } from '../telemetry/signals.js';

/**
 * Requests of a batch that run alone at the same time, each on a connection: few enough to leave
 * others some.
 */
const ALONE_AT_ONCE = 4;

export interface BatchOptions<Request> {
  /** Under which its sizes are measured. Default: `other`. */
  name?: string;
  /** Milliseconds for which requests collect before each run, for what nobody waits for. Default: 0. */
  pauseMs?: number;
  /**
   * Runs under way at the same time: the database works on one while answers of another are sent.
   * They may end in any order. Default: 1.
   */
  runsAtOnce?: number;
  /**
   * What a request is about. No two runs under way at the same time are about the same thing, which they
   * would only contend for.
   */
  subjectOf?: (request: Request) => unknown;
}

/**
 * Turns many small requests into few statements, as a rule without a timer: while as many runs as may
 * be are under way, arrivals collect, and the next run takes them together. Idle, a request is run at
 * once.
 *
 * One request must not be able to fail another: when a run of several fails, each is run alone and
 * gets an outcome of its own. `run` must therefore do all or nothing, and be safe to repeat.
 */
export class Batch<Request, Answer> {
  private waiting: Waiting<Request, Answer>[] = [];
  private running = 0;
  private readonly name: string;
  private readonly pauseMs: number;
  private readonly runsAtOnce: number;
  private readonly subjectOf: ((request: Request) => unknown) | undefined;
  /** What the runs under way are about. */
  private readonly subjects = new Set<unknown>();

  /**
   * @param run does them all; answers one value a request, in their order
   * @param maxSize requests in one run at most
   * @param isUnavailable true for a failure that would meet each request alone as well, such as a
   * database that is away: then all of them fail with it at once
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

  /** @throws whatever `run` throws for this request */
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

  /** The oldest, but for those about what a run is under way about: that run takes them next. */
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
