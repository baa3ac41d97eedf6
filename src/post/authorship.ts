import { ForbiddenException, NotFoundException } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Locks a post that its author wants to change; votes and answers go on meanwhile.
 * @throws {NotFoundException} no such post
 * @param posts the table; its name comes from the code, never from a request
 * @throws {ForbiddenException} it is somebody else's
 */
export async function lockOwnPost(
  tx: EntityManager,
  posts: 'question' | 'answer',
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
