import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable, violatedConstraint } from '../database/failures.js';
import { unseen } from '../database/statement.js';
import type { RaiseEach } from '../outbox/change.js';
import type { UnitOfWork } from '../outbox/unit-of-work.js';
import type { PostTables } from './post-columns.js';

/** How a post stands after a vote was cast or taken back. */
export interface VoteState {
  voteCount: number;
  voted: boolean;
}

/** A vote that was not there before. */
export interface NewVote {
  post_id: number;
  author_id: number;
  voter_id: number;
  request_id: string | null;
}

interface VoteRequest {
  postId: number;
  voter: Voter;
}

/** Who votes, and with which request. */
interface Voter {
  id: number;
  requestId?: string | undefined;
}

interface Count {
  postId: number;
  voteCount: number;
  /** Somebody else cast or took back the same vote at that instant: it has to be counted again. */
  isConflict: boolean;
}

const MAX_CAST_AT_ONCE = 500;
/** Statements that cast votes at the same time. */
const CASTS_AT_ONCE = 3;

/**
 * Votes of one kind of post. Casting twice and taking back what is not there change nothing, also at
 * the same instant. Votes that come in together are committed together.
 */
export class Votes {
  private readonly casting = new Batch(
    (requested: VoteRequest[]) => this.castAll(requested),
    MAX_CAST_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'votes', runsAtOnce: CASTS_AT_ONCE, subjectOf: ({ postId }) => postId },
  );
  private readonly insert: (values: unknown[]) => Promise<Count[]>;
  private readonly delete: (values: unknown[]) => Promise<Count[]>;

  /** @param event raised by a new vote */
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: PostTables,
    event: RaiseEach<NewVote>,
  ) {
    const { votes } = tables;
    this.insert = unitOfWork.prepare({ name: `cast ${votes}`, ...casting(tables), event });
    this.delete = unitOfWork.prepare({ name: `take back ${votes}`, ...takingBack(tables) });
  }

  /** @returns undefined: no such post */
  async cast(postId: number, voter: Voter): Promise<VoteState | undefined> {
    try {
      return await this.casting.add({ postId, voter });
    } catch (error) {
      // The post was deleted between the look and the insert.
      const { votes, postId: key } = this.tables;
      if (violatedConstraint(error) === `${votes}_${key}_fkey`) return undefined;
      throw error;
    }
  }

  /** @returns undefined: no such post */
  async takeBack(postId: number, voterId: number): Promise<VoteState | undefined> {
    const [voteCount] = await this.settle([postId], await this.delete([postId, voterId]));
    return voteCount === undefined ? undefined : { voteCount, voted: false };
  }

  private async castAll(requested: VoteRequest[]): Promise<(VoteState | undefined)[]> {
    const postIds = requested.map(({ postId }) => postId);
    const voterIds = requested.map(({ voter }) => voter.id);
    const requestIds = requested.map(({ voter }) => voter.requestId ?? null);
    const counts = await this.insert([postIds, voterIds, requestIds]);
    return (await this.settle(postIds, counts)).map((voteCount) =>
      voteCount === undefined ? undefined : { voteCount, voted: true },
    );
  }

  /** @returns how many votes each post has; undefined: no such post */
  private async settle(postIds: number[], counts: Count[]): Promise<(number | undefined)[]> {
    const byPost = new Map(counts.map(({ postId, voteCount }) => [postId, voteCount]));
    const conflicts = counts.filter(({ isConflict }) => isConflict).map(({ postId }) => postId);
    if (conflicts.length > 0) {
      for (const { postId, voteCount } of await this.recount(conflicts))
        byPost.set(postId, voteCount);
    }
    return postIds.map((postId) => byPost.get(postId));
  }

  private recount(postIds: number[]): Promise<Omit<Count, 'isConflict'>[]> {
    const { votes, postId } = this.tables;
    return this.unitOfWork.run((tx) =>
      tx.query(
        `SELECT conflicts.id AS "postId", ${countOf(votes, postId, 'conflicts.id')} AS "voteCount"
         FROM unnest($1::int[]) AS conflicts (id)`,
        [postIds],
      ),
    );
  }
}

interface Sql {
  changes: string;
  result: string;
}

/**
 * Of posts $1 and voters $2, in requests $3. Inserted in one order everywhere, so that no two batches
 * wait for each other. A vote that was not there and yet is not inserted was committed meanwhile by
 * somebody else: this statement does not see it.
 *
 * Whether a vote is there is asked vote by vote. Asked by NOT EXISTS, and with statistics that do not
 * know how many there are, PostgreSQL may read all votes of the board for every batch.
 */
function casting({ posts, votes, postId }: PostTables): Sql {
  return {
    changes: `
      requested AS (
        SELECT DISTINCT ON (w.post_id, w.voter_id) w.*, (
          SELECT true FROM ${votes} v
          WHERE v.${postId} = w.post_id AND v.user_id = w.voter_id LIMIT 1) IS NULL AS is_new
        FROM unnest(${unseen('$1::int[]')}, ${unseen('$2::int[]')}, ${unseen('$3::text[]')})
          AS w (post_id, voter_id, request_id)
        JOIN ${posts} p ON p.id = w.post_id
      ), inserted AS (
        INSERT INTO ${votes} (${postId}, user_id)
        SELECT post_id, voter_id FROM requested WHERE is_new ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        RETURNING ${postId} AS post_id, user_id AS voter_id
      ), changed AS (
        SELECT inserted.*, p.user_id AS author_id, requested.request_id
        FROM inserted JOIN requested USING (post_id, voter_id) JOIN ${posts} p ON p.id = inserted.post_id
      ), added AS (
        SELECT post_id, count(*) AS size FROM inserted GROUP BY post_id
      )`,
    result: `
      SELECT expected.post_id AS "postId", coalesce(added.size, 0) < expected.size AS "isConflict",
        ${countOf(votes, postId, 'expected.post_id')} + coalesce(added.size, 0) AS "voteCount"
      FROM (
        SELECT post_id, count(*) FILTER (WHERE is_new) AS size FROM requested GROUP BY post_id
      ) expected LEFT JOIN added USING (post_id)`,
  };
}

/** Of post $1 and voter $2. A vote that was there and yet is not deleted was deleted meanwhile. */
function takingBack({ posts, votes, postId }: PostTables): Sql {
  const its = `v.${postId} = $1 AND v.user_id = $2`;
  return {
    changes: `changed AS (DELETE FROM ${votes} v WHERE ${its} RETURNING 1)`,
    result: `
      SELECT p.id AS "postId",
        ${countOf(votes, postId, 'p.id')} - (SELECT count(*) FROM changed) AS "voteCount",
        EXISTS (SELECT FROM ${votes} v WHERE ${its}) AND NOT EXISTS (SELECT FROM changed) AS "isConflict"
      FROM ${posts} p WHERE p.id = $1`,
  };
}

function countOf(votes: string, postId: string, id: string): string {
  return `(SELECT count(*)::int FROM ${votes} counted WHERE counted.${postId} = ${id})`;
}
