import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { User } from '../../../user/entities/user.entity.js';

/** A stored notification. */
@Entity('notification')
@Index('ix_notification_user_is_read', ['userId', 'isRead'])
@Index('ix_notification_user_created', ['userId', 'createdAt'])
@Index('ix_notification_user_id', ['userId', 'id'])
@Index('ix_notification_read_created', ['createdAt'], { where: 'is_read' })
@Index('ux_notification_user_event', ['eventKey', 'userId'], { unique: true })
export class Notification {
  @PrimaryGeneratedColumn()
  id: number;

  /** The recipient. */
  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'notification_user_id_fkey' })
  user: User;

  /** Who did it. */
  @Column({ name: 'actor_user_id', type: 'int' })
  actorUserId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({
    name: 'actor_user_id',
    foreignKeyConstraintName: 'notification_actor_user_id_fkey',
  })
  actor: User;

  @Column({ name: 'event_type', type: 'varchar', length: 50 })
  eventType: string;

  @Column({ name: 'resource_type', type: 'varchar', length: 50 })
  resourceType: string;

  @Column({ name: 'resource_id', type: 'int' })
  resourceId: number;

  /** In the locale of the recipient at that moment. */
  @Column({ type: 'text' })
  message: string;

  @Column({ name: 'is_read', type: 'boolean', default: false })
  isRead: boolean;

  @Column({ name: 'created_at', type: 'timestamp' })
  createdAt: Date;

  /** The cursor: 1, 2, 3… for each user, in commit order. */
  @Column({ type: 'int' })
  seq: number;

  /** Identifies what happened: see NotificationRequest. */
  @Column({ name: 'event_key', type: 'varchar', length: 200 })
  eventKey: string;
}
