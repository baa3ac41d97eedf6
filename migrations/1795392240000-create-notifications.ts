import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotifications1795392240000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE notification (
        id SERIAL PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES users (id),
        actor_user_id INTEGER NOT NULL REFERENCES users (id),
        event_type VARCHAR(50) NOT NULL,
        resource_type VARCHAR(50) NOT NULL,
        resource_id INTEGER NOT NULL,
        message TEXT NOT NULL,
        is_read BOOLEAN NOT NULL DEFAULT FALSE,
        created_at TIMESTAMP NOT NULL,
        -- The cursor: 1, 2, 3… for each user, in commit order.
        seq INTEGER NOT NULL,
        -- Identifies what happened: a user has one notification for a key.
        event_key VARCHAR(200) NOT NULL
      )`);
    await queryRunner.query(
      'CREATE INDEX ix_notification_user_is_read ON notification (user_id, is_read)',
    );
    await queryRunner.query(
      'CREATE INDEX ix_notification_user_created ON notification (user_id, created_at)',
    );
    // id and seq rise together for a user, so that one index serves lists, "before" and replay.
    await queryRunner.query('CREATE INDEX ix_notification_user_id ON notification (user_id, id)');
    await queryRunner.query(
      'CREATE UNIQUE INDEX ux_notification_user_event ON notification (user_id, event_key)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE notification');
  }
}
