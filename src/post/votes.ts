import { Batch } from '../database/batch.js';
import { isDatabaseAway, violatedConstraint } from '../database/failures.js';
import type { Raise, UnitOfWork } from '../outbox/unit-of-work.js';
import type { PostTables } from './post-columns.js';
import type { EntityManager } from 'typeorm';

/** How a post stands after a vote was cast or taken back. */
export interface Tally {
  voteCount: number;
  voted: boolean;
}

/** A vote that was not there before. */
export interface NewVote {
  postId: number;
  authorId: number;
  voterId: number;
}

interface Wanted {
  postId: number;
  voterId: number;
}

const MAX_CAST_AT_ONCE = 500;

/**
 * Votes of one kind of post. Casting twice and taking back what is not there change nothing, also at
 * the same instant. Votes that come in together are committed together.
 */
export class Votes {
  private readonly casting = new Batch(
    (wanted: Wanted[]) => this.castAll(wanted),
    MAX_CAST_AT_ONCE,
    isDatabaseAway,
  );

  /** @param announce raises the event of a new vote */
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: PostTables,
    private readonly announce: (raise: Raise, vote: NewVote) => void,
  ) {}

  /** @returns undefined: no such post */
  async cast(postId: number, voterId: number): Promise<Tally | undefined> {
    try {
      return await this.casting.add({ postId, voterId });
    } catch (error) {
      // The post was deleted between the look and the insert.
      const { votes, postId: key } = this.tables;
      if (violatedConstraint(error) === `${votes}_${key}_fkey`) return undefined;
      throw error;
    }
  }

  /** @returns undefined: no such post */
  takeBack(postId: number, voterId: number): Promise<Tally | undefined> {
    const { votes, postId: key } = this.tables;
    return this.unitOfWork.run(async (tx) => {
      await tx.query(`DELETE FROM ${votes} WHERE ${key} = $1 AND user_id = $2`, [postId, voterId]);
      const post = (await this.count(tx, [postId])).get(postId);
      return post && { voteCount: post.voteCount, voted: false };
    });
  }

  private castAll(wanted: Wanted[]): Promise<(Tally | undefined)[]> {
    return this.unitOfWork.run(async (tx, raise) => {
      const fresh = await this.insert(tx, wanted);
      // A statement of its own: it sees what others committed while the insert waited for them.
      const posts = await this.count(tx, [...new Set(wanted.map(({ postId }) => postId))]);
      for (const { postId, voterId } of fresh) {
        this.announce(raise, { postId, voterId, authorId: posts.get(postId)!.authorId });
      }
      return wanted.map(({ postId }) => {
        const post = posts.get(postId);
        return post && { voteCount: post.voteCount, voted: true };
      });
    });
  }

  /** @returns those that were not there before */
  private insert(tx: EntityManager, wanted: Wanted[]): Promise<Wanted[]> {
    const { posts, votes, postId } = this.tables;
    // In one order everywhere, so that no two batches wait for each other.
    return tx.query(
      `INSERT INTO ${votes} (${postId}, user_id)
       SELECT DISTINCT w.post_id, w.voter_id
       FROM unnest($1::int[], $2::int[]) AS w (post_id, voter_id)
       JOIN ${posts} p ON p.id = w.post_id
       ORDER BY 1, 2
       ON CONFLICT DO NOTHING
       RETURNING ${postId} AS "postId", user_id AS "voterId"`,
      [wanted.map((vote) => vote.postId), wanted.map((vote) => vote.voterId)],
    );
  }

  private async count(
    tx: EntityManager,
    ids: number[],
  ): Promise<Map<number, { authorId: number; voteCount: number }>> {
    const { posts, votes, postId } = this.tables;
    const rows: { id: number; authorId: number; voteCount: number }[] = await tx.query(
      `SELECT p.id, p.user_id AS "authorId",
         (SELECT count(*)::int FROM ${votes} v WHERE v.${postId} = p.id) AS "voteCount"
       FROM ${posts} p WHERE p.id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
