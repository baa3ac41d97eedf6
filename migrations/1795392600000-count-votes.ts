import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The two kinds of post. Names come from here, never from a request. */
const KINDS = [
  { post: 'question', votes: 'question_voter', postId: 'question_id' },
  { post: 'answer', votes: 'answer_voter', postId: 'answer_id' },
] as const;

type Kind = (typeof KINDS)[number];

/** Posts that are counted, and locked, at once. */
const BATCH_SIZE = 500;

/**
 * Adds `vote_count` to questions and answers. Triggers keep it for every writer: this release, the one
 * before, and SQL by hand. Votes and reads go on meanwhile: no transaction holds the lock of more than
 * one table. May be repeated after it was interrupted.
 */
export class CountVotes1795392600000 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const kind of KINDS) {
      await queryRunner.query(
        `ALTER TABLE ${kind.post} ADD COLUMN IF NOT EXISTS vote_count INTEGER NOT NULL DEFAULT 0`,
      );
      await queryRunner.query(counting(kind));
      for (const trigger of triggers(kind)) await queryRunner.query(trigger);
      // From here on every new vote is counted. What was there before is counted now.
      await countAll(queryRunner, kind);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { post, votes } of KINDS) {
      await queryRunner.query(`DROP TRIGGER count_inserted ON ${votes}`);
      await queryRunner.query(`DROP TRIGGER count_deleted ON ${votes}`);
      await queryRunner.query(`DROP TRIGGER count_updated ON ${votes}`);
      await queryRunner.query(`DROP TRIGGER count_truncated ON ${votes}`);
      await queryRunner.query(`DROP FUNCTION count_${votes}`);
      await queryRunner.query(`ALTER TABLE ${post} DROP COLUMN vote_count`);
    }
  }
}

/**
 * The posts are locked in the order of their ids, as every statement that votes locks them: two
 * transactions never wait for each other. In a cascade the post is deleted already; nothing is counted.
 */
function counting({ post, votes, postId }: Kind): string {
  const change = (changed: string): string => `
    PERFORM FROM ${post} WHERE id IN (SELECT ${postId} FROM (${changed}) changed)
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE ${post} SET vote_count = vote_count + counted.difference
    FROM (
      SELECT ${postId}, sum(difference)::int AS difference FROM (${changed}) changed
      GROUP BY ${postId}
    ) counted WHERE id = counted.${postId} AND counted.difference <> 0;`;
  const added = `SELECT ${postId}, 1 AS difference FROM added`;
  const removed = `SELECT ${postId}, -1 AS difference FROM removed`;
  return `
    CREATE OR REPLACE FUNCTION count_${votes}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN ${change(added)}
      ELSIF TG_OP = 'DELETE' THEN ${change(removed)}
      ELSIF TG_OP = 'UPDATE' THEN ${change(`${added} UNION ALL ${removed}`)}
      ELSE
        PERFORM FROM ${post} ORDER BY id FOR NO KEY UPDATE;
        UPDATE ${post} SET vote_count = 0 WHERE vote_count <> 0;
      END IF;
      RETURN NULL;
    END $$`;
}

function triggers({ votes }: Kind): string[] {
  const trigger = (name: string, event: string, tables = ''): string =>
    `CREATE OR REPLACE TRIGGER ${name} AFTER ${event} ON ${votes} ${tables}
     FOR EACH STATEMENT EXECUTE FUNCTION count_${votes}()`;
  return [
    trigger('count_inserted', 'INSERT', 'REFERENCING NEW TABLE AS added'),
    trigger('count_deleted', 'DELETE', 'REFERENCING OLD TABLE AS removed'),
    trigger('count_updated', 'UPDATE', 'REFERENCING OLD TABLE AS removed NEW TABLE AS added'),
    trigger('count_truncated', 'TRUNCATE'),
  ];
}

async function countAll(queryRunner: QueryRunner, kind: Kind): Promise<void> {
  let last: number | undefined = 0;
  while (last !== undefined) last = await countAfter(queryRunner, kind, last);
}

/**
 * Counts one batch in a transaction of its own. The count is a statement after the lock, and so sees
 * every vote that was committed before the lock was held; later votes wait for it and are added.
 */
async function countAfter(
  queryRunner: QueryRunner,
  { post, votes, postId }: Kind,
  last: number,
): Promise<number | undefined> {
  await queryRunner.startTransaction('READ COMMITTED');
  try {
    const posts: { id: number }[] = await queryRunner.query(
      `SELECT id FROM ${post} WHERE id > $1 ORDER BY id LIMIT ${BATCH_SIZE} FOR NO KEY UPDATE`,
      [last],
    );
    await queryRunner.query(
      `UPDATE ${post} SET vote_count = counted.size
       FROM (
         SELECT id, (SELECT count(*)::int FROM ${votes} WHERE ${postId} = posts.id) AS size
         FROM unnest($1::int[]) AS posts (id)
       ) counted WHERE ${post}.id = counted.id AND vote_count <> counted.size`,
      [posts.map(({ id }) => id)],
    );
    await queryRunner.commitTransaction();
    return posts.at(-1)?.id;
  } catch (error) {
    await queryRunner.rollbackTransaction();
    throw error;
  }
}
