import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batch } from '../../database/batch.js';
import { isDatabaseUnavailable } from '../../database/failures.js';
import { execute, type Statement, unseen } from '../../database/statement.js';
import type { InboxCounters } from '../broadcast/inbox-change.js';
import { NOTIFICATION_COLUMNS, type NotificationRow } from './notification-row.js';

/** Where a box stands, and what came after a cursor, in one snapshot. */
export interface Snapshot {
  head: InboxCounters;
  /**
   * Everything after the cursor, in order. Undefined when that cannot be had: too much, gone by
   * retention, or a cursor ahead of the head.
   */
  missed: NotificationRow[] | undefined;
}

interface Question {
  userId: number;
  /** Cursor; undefined: only the head is wanted. */
  after: number | undefined;
  limit: number;
}

// Streams that come back together, after a restart say, share statements.
const MAX_ASKED_AT_ONCE = 50;

// id and seq rise together for a user: what came after the cursor are his last (seq - cursor) rows.
const HISTORY: Statement = {
  name: 'read history',
  text: `
  SELECT asked.position, coalesce(box.seq, 0) AS "headSeq", coalesce(box.rev, 0) AS rev,
    coalesce(box.unread_count, 0) AS "unreadCount", ${NOTIFICATION_COLUMNS}, n.actor_username
  FROM unnest(${unseen('$1::int[]')}, ${unseen('$2::int[]')}, ${unseen('$3::int[]')}) WITH ORDINALITY
    AS asked (user_id, after, size, position)
  LEFT JOIN notification_inbox box USING (user_id)
  LEFT JOIN LATERAL (
    SELECT latest.*, actor.username AS actor_username
    FROM (
      SELECT * FROM notification
      WHERE user_id = asked.user_id AND box.seq - asked.after BETWEEN 1 AND asked.size
      ORDER BY id DESC LIMIT greatest(box.seq - asked.after, 0)) latest
    JOIN users actor ON actor.id = latest.actor_user_id
    WHERE latest.seq > asked.after) n ON true
  ORDER BY asked.position, n.id`,
};

type HistoryRow = NotificationRow & {
  /** BIGINT, which the driver gives as text. */
  position: string;
  headSeq: number;
  rev: number;
  unreadCount: number;
};

/** Reads what open streams have missed. */
@Injectable()
export class InboxHistory {
  private readonly asking = new Batch<Question, Snapshot>(
    (questions) => this.readAll(questions),
    MAX_ASKED_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'histories' },
  );

  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param after cursor; undefined asks for the head alone, and `missed` is empty
   * @param limit more than that many are not given
   */
  since(userId: number, after: number | undefined, limit: number): Promise<Snapshot> {
    return this.asking.add({ userId, after, limit });
  }

  private async readAll(questions: Question[]): Promise<Snapshot[]> {
    const rows = await execute<HistoryRow>(this.dataSource, HISTORY, [
      questions.map(({ userId }) => userId),
      questions.map(({ after }) => after ?? null),
      questions.map(({ limit }) => limit),
    ]);
    const answers = groupByPosition(rows);
    return questions.map(({ after }, index) => toSnapshot(answers.get(index + 1)!, after));
  }
}

function groupByPosition(rows: HistoryRow[]): Map<number, HistoryRow[]> {
  const groups = new Map<number, HistoryRow[]>();
  for (const row of rows) {
    const position = Number(row.position);
    const group = groups.get(position);
    if (group) group.push(row);
    else groups.set(position, [row]);
  }
  return groups;
}

function toSnapshot(rows: HistoryRow[], after: number | undefined): Snapshot {
  const { headSeq: seq, rev, unreadCount } = rows[0]!;
  const missed = rows.filter(({ id }) => id !== null);
  const isComplete = missed.length === seq - (after ?? seq);
  return { head: { seq, rev, unreadCount }, missed: isComplete ? missed : undefined };
}
