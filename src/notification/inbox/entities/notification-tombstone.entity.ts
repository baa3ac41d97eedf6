import { Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../../../user/entities/user.entity.js';

/** The key of a notification that retention has deleted: its recipient is not notified of it again. */
@Entity('notification_tombstone')
export class NotificationTombstone {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'notification_tombstone_user_id_fkey' })
  user: User;

  @PrimaryColumn({ name: 'event_key', type: 'varchar', length: 200 })
  eventKey: string;
}
