import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotificationInboxes1795392300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One row per user, made by their first notification. Every change of an inbox locks it first: so
    // seq rises in commit order, and the counts are exact.
    await queryRunner.query(`
      CREATE TABLE notification_inbox (
        user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        total INTEGER NOT NULL,
        unread_count INTEGER NOT NULL,
        rev INTEGER NOT NULL,
        CONSTRAINT notification_inbox_counts_check
          CHECK (unread_count >= 0 AND unread_count <= total AND total <= seq AND seq <= rev)
      ) WITH (fillfactor = 50)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE notification_inbox');
  }
}
