/** Identifies a notification by what its receiver sees of it. */
export function cause(
  receiverId: number,
  actor: string,
  eventType: string,
  resourceId: number,
): string {
  return [receiverId, actor, eventType, resourceId].join(' ');
}

/** One vote as it was last known to stand. */
export interface Standing {
  kind: 'question' | 'answer';
  postId: number;
  voterId: number;
  /** Undefined: some request about it was not answered, so that the outcome is unknown. */
  voted: boolean | undefined;
}

/** What the load did, and what it was answered. */
export class Ledger {
  /** Causes whose request was answered with a success, and when that was first, by performance.now(). */
  readonly answered = new Map<string, number>();
  /** Causes that were asked for, answered or not. */
  readonly attempted = new Set<string>();
  /** By kind, post and voter. */
  readonly standings = new Map<string, Standing>();
  /** Ids of answers whose writing was answered with a success. */
  readonly answers: number[] = [];
  votes = 0;
  takenBack = 0;
  read = 0;
  /** Requests that were refused with a 503, or got no answer. */
  readonly refused: string[] = [];
  /** Answers that nobody may ever get: neither a success nor a 503. */
  readonly failures: string[] = [];

  /** @param voted what was asked for; @param isDone whether a success was answered */
  stand(vote: Omit<Standing, 'voted'>, voted: boolean, isDone: boolean): void {
    const key = `${vote.kind} ${vote.postId} ${vote.voterId}`;
    const before = this.standings.get(key);
    // One that was not answered may still be carried out, and later than the one after it.
    const isKnown = isDone && !(before && before.voted === undefined);
    this.standings.set(key, { ...vote, voted: isKnown ? voted : undefined });
  }

  succeed(cause: string): void {
    if (!this.answered.has(cause)) this.answered.set(cause, performance.now());
  }
}
