import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../async/periodic-task.js';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import type { CurrentUser } from '../http/current-user.decorator.js';

/** Milliseconds for which a reading is trusted: a log-out on another instance counts here after it. */
const TRUST_MS = 3_000;
/** Milliseconds between two polls of all accounts in use; less than the above. */
const POLL_INTERVAL_MS = 2_000;
/** Milliseconds without a request or a stream after which an account is not in use. */
const IN_USE_MS = 30_000;
/** Accounts in memory at most. */
const MAX_KNOWN = 50_000;
const MAX_READ_AT_ONCE = 1_000;

const READ: Statement = {
  name: 'read token revocation',
  text: `
    SELECT id, tokens_revoked_before::float8 AS "revokedBefore" FROM users WHERE id = ANY ($1::int[])`,
};

/**
 * Of accounts $1, those whose revocation is later than $2, those that were deleted, and those that did
 * not exist ('infinity') and may exist now.
 */
const POLL: Statement = {
  name: 'poll token revocations',
  text: `
    SELECT known.id, coalesce(users.tokens_revoked_before::float8, 'infinity') AS "revokedBefore"
    FROM unnest($1::int[], $2::float8[]) AS known (id, revoked_before) LEFT JOIN users USING (id)
    WHERE known.revoked_before = 'infinity'
      OR users.tokens_revoked_before > known.revoked_before IS NOT FALSE`,
};

interface Revocation {
  id: number;
  revokedBefore: number;
}

interface Reading {
  /** Unix seconds: tokens issued before are revoked; Infinity: no such user. */
  revokedBefore: number;
  /** `performance.now()` after which the reading is stale. */
  staleAt: number;
  /** `performance.now()` of the last request that used it. */
  usedAt: number;
}

interface Watcher {
  issuedAt: number;
  onRevoked: () => void;
}

/** Whether the user of a token that is otherwise valid still exists and has not revoked it. */
@Injectable()
export class TokenRevocation implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(TokenRevocation.name);
  private readonly readings = new LRUCache<number, Reading>({ max: MAX_KNOWN });
  private readonly watchers = new Map<number, Set<Watcher>>();
  private readonly reads = new Batch<number, number>(
    (ids) => this.readAll(ids),
    MAX_READ_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'accounts' },
  );
  private readonly polling = new PeriodicTask(
    () => this.poll(),
    POLL_INTERVAL_MS,
    (error) =>
      this.logger.warn(`Token revocations were not read, next poll in 2 s: ${String(error)}`),
  );

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.polling.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.polling.stop();
  }

  /** Answers from memory for some seconds. @throws the database is unavailable and memory is stale */
  async isValid({ id, token }: CurrentUser): Promise<boolean> {
    const known = this.readings.get(id);
    if (!known) return this.isValidNow({ id, token });
    // A revoked token stays revoked, however old the reading is.
    if (isRevoked(token.issuedAt, known)) return false;
    const now = performance.now();
    // Also of a stale reading: from now on the poll keeps it fresh.
    known.usedAt = now;
    return known.staleAt > now
      ? token.issuedAt >= known.revokedBefore
      : this.isValidNow({ id, token });
  }

  /** Reads the database. @throws it is unavailable */
  async isValidNow({ id, token }: CurrentUser): Promise<boolean> {
    return token.issuedAt >= (await this.reads.add(id));
  }

  /**
   * Calls `onRevoked`, at least once, when the token is revoked, whichever instance did it.
   * @returns stops watching
   */
  watch({ id, token }: CurrentUser, onRevoked: () => void): () => void {
    const watcher: Watcher = { issuedAt: token.issuedAt, onRevoked };
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(watcher));
    // It may have been revoked while its stream was being opened, which is reported only once.
    const known = this.readings.get(id);
    if (known && isRevoked(token.issuedAt, known)) onRevoked();
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(id) === watchers) this.watchers.delete(id);
    };
  }

  /**
   * Revokes every token of the user issued so far, that of the caller included, and ends their streams.
   * @returns Unix seconds: the earliest `iat` of a token that is valid from now on
   */
  async revokeAll(user: CurrentUser): Promise<number> {
    const { id } = user;
    const next = this.nextIssue(user);
    const [rows]: [{ revokedBefore: number }[], number] = await this.dataSource.query(
      `UPDATE users SET tokens_revoked_before = greatest(tokens_revoked_before, $2) WHERE id = $1
       RETURNING tokens_revoked_before::float8 AS "revokedBefore"`,
      [id, next],
    );
    const revokedBefore = rows[0]?.revokedBefore ?? next;
    this.record(id, revokedBefore);
    return revokedBefore;
  }

  /**
   * Unix seconds. An `iat` has whole seconds: the next one is the first that no token issued so far has.
   * After a log-out and a log-in within one second, the caller's own `iat` is ahead of the clock.
   */
  nextIssue({ token }: CurrentUser): number {
    return Math.floor(Math.max(Date.now() / 1000, token.issuedAt)) + 1;
  }

  /**
   * Records what the database holds, and reports tokens that are revoked by it. May be repeated.
   * @param readAt `performance.now()` before the database was read
   */
  record(id: number, read: number, readAt = performance.now()): void {
    const { revokedBefore: known, usedAt } = this.readings.get(id) ?? {
      revokedBefore: 0,
      usedAt: readAt,
    };
    // It only rises. What was read before a revocation may arrive after it.
    const revokedBefore = known === Infinity ? read : Math.max(read, known);
    this.readings.set(id, { revokedBefore, staleAt: readAt + TRUST_MS, usedAt });
    for (const { issuedAt, onRevoked } of this.watchers.get(id) ?? []) {
      if (issuedAt < revokedBefore) onRevoked();
    }
  }

  private async readAll(ids: number[]): Promise<number[]> {
    const readAt = performance.now();
    const rows = await execute<Revocation>(this.dataSource, READ, [[...new Set(ids)]]);
    const found = new Map(rows.map(({ id, revokedBefore }) => [id, revokedBefore]));
    return ids.map((id) => {
      const revokedBefore = found.get(id) ?? Infinity;
      this.record(id, revokedBefore, readAt);
      return revokedBefore;
    });
  }

  /**
   * One query for all accounts in use, so that few requests need one of their own; the answer holds only
   * what has changed. Finds what other instances revoked, and who was deleted.
   */
  private async poll(): Promise<void> {
    const readAt = performance.now();
    const ids = this.inUse(readAt);
    if (ids.length === 0) return;
    const known = ids.map((id) => this.readings.peek(id)?.revokedBefore ?? -Infinity);
    const changed = await execute<Revocation>(this.dataSource, POLL, [ids, known]);
    for (const { id, revokedBefore } of changed) this.record(id, revokedBefore, readAt);
    for (const id of ids) {
      const reading = this.readings.peek(id);
      if (reading) reading.staleAt = Math.max(reading.staleAt, readAt + TRUST_MS);
    }
  }

  private inUse(now: number): number[] {
    const requesting = [...this.readings]
      .filter(([, { usedAt }]) => usedAt > now - IN_USE_MS)
      .map(([id]) => id);
    return [...new Set([...requesting, ...this.watchers.keys()])];
  }
}

/** Of a user who does not exist yet nothing is revoked: they may sign up. */
function isRevoked(issuedAt: number, { revokedBefore }: Reading): boolean {
  return revokedBefore !== Infinity && issuedAt < revokedBefore;
}
