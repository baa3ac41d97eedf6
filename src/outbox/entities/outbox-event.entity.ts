import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An event that some listener may not have processed yet. */
@Entity('outbox')
@Index('ix_outbox_due_at', ['dueAt', 'id'])
@Index('ix_outbox_dead_lettered', ['id'], { where: 'dead_lettered_at IS NOT NULL' })
export class OutboxEvent {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @Column({ type: 'varchar', length: 100 })
  name: string;

  @Column({ type: 'jsonb' })
  payload: object;

  @Column({ name: 'occurred_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  occurredAt: Date;

  /**
   * Only the process that raised the event may take it before this moment. The default is the head start
   * of that process. Infinity: the event is dead-lettered.
   */
  @Column({
    name: 'due_at',
    type: 'timestamp',
    default: () => "(timezone('utc', clock_timestamp()) + '00:00:03')",
  })
  dueAt: Date;

  /** How often a listener failed; a crash of the process is none. */
  @Column({ type: 'int', default: 0 })
  failures: number;

  /** Of a listener; with no failure: that there is no listener, see EVENT_STATES. */
  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError: string | null;

  /** Set: dead-lettered after too many failures, left to an operator. */
  @Column({ name: 'dead_lettered_at', type: 'timestamp', nullable: true })
  deadLetteredAt: Date | null;

  /** The same, for the release before. A trigger keeps both equal; a later release drops it. */
  @Column({ name: 'parked_at', type: 'timestamp', nullable: true, select: false })
  parkedAt: Date | null;

  /** The request that raised it, for logs. */
  @Column({ name: 'request_id', type: 'varchar', length: 64, nullable: true })
  requestId: string | null;
}
