/**
 * A TIMESTAMP column, which holds UTC. A Date has milliseconds; this class also keeps PostgreSQL's
 * microseconds and writes them to JSON.
 */
export class UtcTimestamp extends Date {
  private readonly fraction: string;

  /** @param text in PostgreSQL's format: `2026-02-13 15:08:59.872946` */
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
