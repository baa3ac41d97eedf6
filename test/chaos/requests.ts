import { setTimeout as pause } from 'node:timers/promises';
import type { Board, Person } from '../support/board.js';
import type { Ledger } from './ledger.js';

/** Milliseconds before somebody who was refused does anything else. */
const BACK_OFF_MS = 100;

/** Sends somebody's requests, whatever becomes of them. */
export class Requests {
  constructor(
    private readonly board: Board,
    private readonly person: Person,
    private readonly ledger: Ledger,
  ) {}

  /** @returns the answer; undefined: a 503, or none, so that the outcome is unknown */
  async send<Body>(method: string, path: string, body?: unknown): Promise<Body | undefined> {
    const reply = await this.board
      .call<Body>(method, path, { as: this.person, body })
      .catch((error: Error) => error);
    if (!(reply instanceof Error) && reply.status < 300) return reply.body;
    const said = reply instanceof Error ? whyOf(reply) : JSON.stringify(reply.body);
    const refusal = `${method} ${path}: ${said}`;
    if (!(reply instanceof Error) && reply.status !== 503) this.ledger.failures.push(refusal);
    this.ledger.refused.push(refusal);
    await pause(BACK_OFF_MS);
    return undefined;
  }
}

/** What a connection failed with is the cause of what fetch says. */
function whyOf({ cause, message }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
