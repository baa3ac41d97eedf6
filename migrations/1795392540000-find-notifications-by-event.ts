import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindNotificationsByEvent1795392540000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // The only index that begins with the event: asked for one, PostgreSQL has no other to prefer,
    // whatever its statistics say of the box.
    await replace(queryRunner, 'event_key, user_id');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await replace(queryRunner, 'user_id, event_key');
  }
}

/** The new one first: at no moment may an event be stored twice. */
async function replace(queryRunner: QueryRunner, columns: string): Promise<void> {
  await queryRunner.query(`CREATE UNIQUE INDEX ux_new ON notification (${columns})`);
  await queryRunner.query('DROP INDEX ux_notification_user_event');
  await queryRunner.query('ALTER INDEX ux_new RENAME TO ux_notification_user_event');
}
