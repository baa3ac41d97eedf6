import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users that are updated, and locked, at once. */
const BATCH_SIZE = 500;

/**
 * `users.tokens_void_before` becomes `tokens_revoked_before`. The release before uses the old column while
 * both run, so both are there, and a trigger keeps them equal. A later release drops the old column, the
 * trigger and its function; see "Upgrading" in docs/operations.md. May be repeated after it was
 * interrupted.
 */
export class RenameTokensVoidBefore1795392660000 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS tokens_revoked_before BIGINT NOT NULL DEFAULT 0',
    );
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION synchronize_tokens_revoked_before() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.tokens_revoked_before IS DISTINCT FROM OLD.tokens_revoked_before THEN
          NEW.tokens_void_before := NEW.tokens_revoked_before;
        ELSE
          NEW.tokens_revoked_before := NEW.tokens_void_before;
        END IF;
        RETURN NEW;
      END $$`);
    await queryRunner.query(`
      CREATE OR REPLACE TRIGGER synchronize_tokens_revoked_before
      BEFORE UPDATE OF tokens_void_before, tokens_revoked_before ON users
      FOR EACH ROW EXECUTE FUNCTION synchronize_tokens_revoked_before()`);
    // From here on the trigger copies every change. What was there before is copied now, in statements
    // that lock few rows each.
    let copied = BATCH_SIZE;
    while (copied === BATCH_SIZE) copied = await copySome(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER synchronize_tokens_revoked_before ON users');
    await queryRunner.query('DROP FUNCTION synchronize_tokens_revoked_before');
    await queryRunner.query('ALTER TABLE users DROP COLUMN tokens_revoked_before');
  }
}

/** @returns how many rows it has changed */
async function copySome(queryRunner: QueryRunner): Promise<number> {
  const [copied]: { count: number }[] = await queryRunner.query(`
    WITH copied AS (
      -- The trigger sets the new column.
      UPDATE users SET tokens_void_before = tokens_void_before
      WHERE id IN (
        SELECT id FROM users WHERE tokens_void_before <> tokens_revoked_before
        ORDER BY id LIMIT ${BATCH_SIZE} FOR NO KEY UPDATE)
      RETURNING 1)
    SELECT count(*)::int AS count FROM copied`);
  return copied!.count;
}
