import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `outbox.parked_at` becomes `dead_lettered_at`. The release before uses the old column while both run, so
 * both are there, and a trigger keeps them equal. A later release drops the old column; it then makes the
 * trigger look at the new one alone. See "Upgrading" in docs/operations.md.
 *
 * A dead-lettered event is due at infinity. One index on `due_at` therefore serves the claims of both
 * releases. The table is locked meanwhile, which is short: as a rule it is nearly empty.
 */
export class RenameParkedAt1795392720000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outbox ADD COLUMN dead_lettered_at TIMESTAMP');
    await queryRunner.query(`
      CREATE FUNCTION synchronize_dead_lettered_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.dead_lettered_at IS DISTINCT FROM OLD.dead_lettered_at THEN
          NEW.parked_at := NEW.dead_lettered_at;
        ELSE
          NEW.dead_lettered_at := NEW.parked_at;
        END IF;
        IF NEW.dead_lettered_at IS NOT NULL THEN
          NEW.due_at := 'infinity';
        ELSIF NEW.due_at = 'infinity' THEN
          NEW.due_at := timezone('utc', clock_timestamp());
        END IF;
        RETURN NEW;
      END $$`);
    // Inserts and claims name neither column: they do not run it.
    await queryRunner.query(`
      CREATE TRIGGER synchronize_dead_lettered_at
      BEFORE UPDATE OF parked_at, dead_lettered_at ON outbox
      FOR EACH ROW EXECUTE FUNCTION synchronize_dead_lettered_at()`);
    await queryRunner.query('UPDATE outbox SET parked_at = parked_at WHERE parked_at IS NOT NULL');
    // The head start of the process that raises an event, so that no INSERT has to repeat it.
    await queryRunner.query(`
      ALTER TABLE outbox ALTER COLUMN due_at
      SET DEFAULT timezone('utc', clock_timestamp()) + interval '3 seconds'`);
    await queryRunner.query('CREATE INDEX ix_outbox_due_at ON outbox (due_at, id)');
    await queryRunner.query(
      'CREATE INDEX ix_outbox_dead_lettered ON outbox (id) WHERE dead_lettered_at IS NOT NULL',
    );
    await queryRunner.query('DROP INDEX ix_outbox_due');
    await queryRunner.query('DROP INDEX ix_outbox_parked');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER synchronize_dead_lettered_at ON outbox');
    await queryRunner.query('DROP FUNCTION synchronize_dead_lettered_at');
    await queryRunner.query('DROP INDEX ix_outbox_dead_lettered');
    await queryRunner.query('DROP INDEX ix_outbox_due_at');
    await queryRunner.query('ALTER TABLE outbox ALTER COLUMN due_at DROP DEFAULT');
    await queryRunner.query('ALTER TABLE outbox DROP COLUMN dead_lettered_at');
    await queryRunner.query(
      'CREATE INDEX ix_outbox_due ON outbox (due_at, id) WHERE parked_at IS NULL',
    );
    await queryRunner.query(
      'CREATE INDEX ix_outbox_parked ON outbox (id) WHERE parked_at IS NOT NULL',
    );
  }
}
