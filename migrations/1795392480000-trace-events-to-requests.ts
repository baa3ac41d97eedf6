import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TraceEventsToRequests1795392480000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Which request raised it, for logs: beside the payload, which is a fact.
    await queryRunner.query('ALTER TABLE outbox ADD COLUMN request_id VARCHAR(64)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outbox DROP COLUMN request_id');
  }
}
