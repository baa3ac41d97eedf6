/** Characters after which lines do not wait any longer. */
const MAX_WAITING = 65_536;

/**
 * Collects lines until the event loop has done what it is at, and writes them at once: writing to a
 * pipe is a call of the system that everybody waits for. A crash by an exception loses none, for
 * they are written when the process exits; a SIGKILL loses those of one turn.
 */
export class LineBuffer {
  private waiting = '';

  constructor(private readonly write: (text: string) => void) {}

  /** @param line without its end */
  add(line: string): void {
    if (this.waiting === '') setImmediate(() => this.flush());
    this.waiting += `${line}\n`;
    if (this.waiting.length > MAX_WAITING) this.flush();
  }

  /** Writes what there is, now. */
  flush(): void {
    if (this.waiting === '') return;
    const text = this.waiting;
    this.waiting = '';
    this.write(text);
  }
}
