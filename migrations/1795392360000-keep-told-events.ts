import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepToldEvents1795392360000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Retention looks for old ones that were read; without it that would be a scan of the table.
    await queryRunner.query(
      'CREATE INDEX ix_notification_read_created ON notification (created_at) WHERE is_read',
    );
    // What retention deletes must not come again when the same vote is cast once more.
    await queryRunner.query(`
      CREATE TABLE notification_tombstone (
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        event_key VARCHAR(200) NOT NULL,
        PRIMARY KEY (user_id, event_key)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE notification_tombstone');
    await queryRunner.query('DROP INDEX ix_notification_read_created');
  }
}
