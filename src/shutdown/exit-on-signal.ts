/** What is done between a signal and the exit. */
type Task = (signal: NodeJS.Signals) => Promise<void>;

/**
 * SIGTERM and SIGINT end the process with exit code 0, from the moment this is made. It imports
 * nothing, so that it works while everything else is still being loaded.
 */
export class ExitOnSignal {
  private task: Task | undefined;
  private hasBegun = false;

  constructor() {
    process.on('SIGTERM', (signal) => void this.exit(signal));
    process.on('SIGINT', (signal) => void this.exit(signal));
  }

  /** @param task runs before the exit; until there is one, a signal ends the process at once */
  after(task: Task): void {
    this.task = task;
  }

  private async exit(signal: NodeJS.Signals): Promise<void> {
    // A second signal changes nothing: the first has set the time limit.
    if (this.hasBegun) return;
    this.hasBegun = true;
    await this.task?.(signal);
    process.exit(0);
  }
}
