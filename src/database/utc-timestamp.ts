/**
 * A moment read from a TIMESTAMP column, which holds UTC. A Date knows milliseconds; this one also
 * remembers PostgreSQL's microseconds and writes them into JSON.
 */
export class UtcTimestamp extends Date {
  private readonly fraction: string;

  /** @param text as PostgreSQL writes it: `2026-02-13 15:08:59.872946` */
  constructor(text: string) {
    const [moment = '', fraction = ''] = text.split('.');
    super(`${moment.replace(' ', 'T')}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
    this.fraction = fraction.padEnd(6, '0');
  }

  /** ISO 8601 with microseconds: `2026-02-13T15:08:59.872946Z` */
  override toJSON(): string {
    return `${this.toISOString().slice(0, 19)}.${this.fraction}Z`;
  }
}
