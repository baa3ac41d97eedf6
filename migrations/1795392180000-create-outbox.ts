import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOutbox1795392180000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE outbox (
        id BIGSERIAL PRIMARY KEY,
        name VARCHAR(100) NOT NULL,
        payload JSONB NOT NULL,
        occurred_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now()),
        -- Nobody but the process that raised the event may take it before this moment.
        due_at TIMESTAMP NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        -- Set: given up after too many failures, left to a person.
        parked_at TIMESTAMP
      )`);
    await queryRunner.query(
      'CREATE INDEX ix_outbox_due ON outbox (due_at, id) WHERE parked_at IS NULL',
    );
    await queryRunner.query(
      'CREATE INDEX ix_outbox_parked ON outbox (id) WHERE parked_at IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE outbox');
  }
}
