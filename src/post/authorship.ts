import { ForbiddenException, NotFoundException } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PostTables } from './post-columns.js';

/**
 * Locks a post that its author wants to change; votes and answers go on meanwhile.
 * @throws {NotFoundException} no such post
 * @throws {ForbiddenException} it is somebody else's
 */
export async function lockOwnPost(
  tx: EntityManager,
  { posts }: PostTables,
  id: number,
  userId: number,
): Promise<void> {
  const [post]: { user_id: number }[] = await tx.query(
    `SELECT user_id FROM ${posts} WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (!post) throw new NotFoundException(`No such ${posts}`);
  if (post.user_id !== userId) throw new ForbiddenException('Only the author may do that');
}
