import type { DataSource } from 'typeorm';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import { requestIdOf } from '../outbox/stored-event.js';
import type { UnitOfWork } from '../outbox/unit-of-work.js';
import type { Trace } from '../telemetry/trace.js';

/** A post and its votes after a vote was cast or taken back. */
export interface VoteState {
  voteCount: number;
  voted: boolean;
}

/** The SQL of votes for one kind of post. */
export interface VoteStatements {
  /** Parameters: arrays of posts, voters and request ids. Answers with a {@link Count} a post. */
  cast: Statement;
  /** Parameters: post and voter. Answers with a {@link TakenBack}; no row: no such post. */
  takeBack: Statement;
  /** Locks the post $1 until the end of the transaction. */
  lock: string;
}

/** Who votes, and with which request. */
interface Voter {
  id: number;
  trace?: Trace | undefined;
}

interface VoteRequest {
  postId: number;
  voter: Voter;
}

interface Count {
  postId: number;
  voteCount: number;
}

interface TakenBack {
  voteCount: number;
  /** The vote may have been cast while the statement waited. */
  isStale: boolean;
}

const MAX_CAST_AT_ONCE = 500;
/** Statements that cast votes at the same time. */
const CASTS_AT_ONCE = 3;

/**
 * Votes for one kind of post. Casting twice and taking back what is not there change nothing, also at
 * the same instant. Votes that come in together are committed together.
 */
export class Votes {
  private readonly casting = new Batch(
    (requested: VoteRequest[]) => this.castAll(requested),
    MAX_CAST_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'votes', runsAtOnce: CASTS_AT_ONCE, subjectOf: ({ postId }) => postId },
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly sql: VoteStatements,
  ) {}

  /** @returns undefined: no such post */
  cast(postId: number, voter: Voter): Promise<VoteState | undefined> {
    return this.casting.add({ postId, voter });
  }

  /** @returns undefined: no such post */
  async takeBack(postId: number, voterId: number): Promise<VoteState | undefined> {
    const values: [number, number] = [postId, voterId];
    const [first] = await execute<TakenBack>(this.dataSource, this.sql.takeBack, values);
    const state = first?.isStale ? await this.takeBackUnderLock(values) : first;
    return state && { voteCount: state.voteCount, voted: false };
  }

  /** The statement begins after the lock, and so sees every vote. */
  private takeBackUnderLock(values: [number, number]): Promise<TakenBack | undefined> {
    return this.unitOfWork.run(async (tx) => {
      await tx.query(this.sql.lock, [values[0]]);
      const [row]: TakenBack[] = await tx.query(this.sql.takeBack.text, values);
      return row;
    });
  }

  private async castAll(requested: VoteRequest[]): Promise<(VoteState | undefined)[]> {
    const counts = await this.unitOfWork.execute<Count>(this.sql.cast, [
      requested.map(({ postId }) => postId),
      requested.map(({ voter }) => voter.id),
      requested.map(({ voter }) => requestIdOf(voter.trace)),
    ]);
    const byPost = new Map(counts.map(({ postId, voteCount }) => [postId, voteCount]));
    return requested.map(({ postId }) => {
      const voteCount = byPost.get(postId);
      return voteCount === undefined ? undefined : { voteCount, voted: true };
    });
  }
}
