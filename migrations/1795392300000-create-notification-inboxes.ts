import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotificationInboxes1795392300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // A row a user, made by his first notification. Whoever changes what a user has locks it first:
    // that is what puts seq into commit order and keeps the counts from drifting.
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
