/**
 * Runs a task again and again: the pause begins when a run has ended, so runs never overlap. A pending
 * run does not keep the process alive.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private state: 'new' | 'started' | 'stopped' = 'new';

  /**
   * @param run resolves with the milliseconds until the next run; undefined: `intervalMs`
   * @param intervalMs milliseconds
   * @param onError is given what `run` throws; the next run follows after `intervalMs`
   */
  constructor(
    private readonly run: () => Promise<number | void>,
    private readonly intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @param delayMs milliseconds before the first run */
  start(delayMs: number = this.intervalMs): void {
    this.state = 'started';
    this.schedule(delayMs);
  }

  /** A long run asks this between its parts. */
  get isStopped(): boolean {
    return this.state === 'stopped';
  }

  /** No further run begins. Resolves when the current run has ended. May be repeated. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    await this.running;
  }

  /** One run at once, beside the schedule. Never throws. */
  async runNow(): Promise<void> {
    await this.attempt();
  }

  private schedule(delayMs: number): void {
    if (this.state !== 'started') return;
    this.timer = setTimeout(() => {
      this.running = this.attempt().then((pauseMs) => this.schedule(pauseMs));
    }, delayMs).unref();
  }

  private async attempt(): Promise<number> {
    try {
      return (await this.run()) ?? this.intervalMs;
    } catch (error) {
      this.onError(error);
      return this.intervalMs;
    }
  }
}
