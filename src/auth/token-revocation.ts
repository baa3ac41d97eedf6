import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../async/periodic-task.js';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import type { CurrentUser } from '../http/current-user.decorator.js';

/** Milliseconds for which a reading is valid. A log-out on another instance takes effect within it. */
const TRUST_MS = 3_000;
/** Milliseconds between two polls of all accounts in use; less than `TRUST_MS`. */
const POLL_INTERVAL_MS = 2_000;
/** Milliseconds without a request or a stream after which an account is not in use. */
const IN_USE_MS = 30_000;
/** Maximum number of accounts in memory. */
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

/** Checks whether the user of a verified token still exists and has not revoked it. */
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
    (error) => this.logger.warn(`Token revocations not read, next poll in 2 s: ${String(error)}`),
  );

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.polling.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.polling.stop();
  }

  /**
   * Uses the reading in memory while it is at most 3 s old, and reads the database otherwise.
   * @throws the database is unavailable and the reading is stale
   */
  async isValid({ id, token }: CurrentUser): Promise<boolean> {
    const known = this.readings.get(id);
    if (!known) return this.isValidNow({ id, token });
    // A revoked token stays revoked, however old the reading is.
    if (isRevoked(token.issuedAt, known)) return false;
    const now = performance.now();
    // Set for a stale reading too: the poll then keeps it fresh.
    known.usedAt = now;
    return known.staleAt > now
      ? token.issuedAt >= known.revokedBefore
      : this.isValidNow({ id, token });
  }

  /** Reads the database. @throws the database is unavailable */
  async isValidNow({ id, token }: CurrentUser): Promise<boolean> {
    return token.issuedAt >= (await this.reads.add(id));
  }

  /**
   * Calls `onRevoked` at least once when the token is revoked, on whichever instance.
   * @returns a function that stops watching
   */
  watch({ id, token }: CurrentUser, onRevoked: () => void): () => void {
    const watcher: Watcher = { issuedAt: token.issuedAt, onRevoked };
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(watcher));
    // A revocation is reported once, and may have been reported before this watcher was added.
    const known = this.readings.get(id);
    if (known && isRevoked(token.issuedAt, known)) onRevoked();
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(id) === watchers) this.watchers.delete(id);
    };
  }

  /**
   * Revokes every token of the user issued so far, including the caller's, and ends their streams.
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
   * The earliest `iat`, in Unix seconds, that no token issued so far has. An `iat` has whole seconds.
   * After a log-out and a log-in within one second, the caller's own `iat` is ahead of the clock.
   */
  nextIssue({ token }: CurrentUser): number {
    return Math.floor(Math.max(Date.now() / 1000, token.issuedAt)) + 1;
  }

  /**
   * Records a value read from the database and calls the watchers of tokens that it revokes. May be
   * repeated.
   * @param readAt `performance.now()` before the database was read
   */
  record(id: number, read: number, readAt = performance.now()): void {
    const { revokedBefore: known, usedAt } = this.readings.get(id) ?? {
      revokedBefore: 0,
      usedAt: readAt,
    };
    // The value only rises. A reading from before a revocation may arrive after it.
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
   * Refreshes the readings of all accounts in use in one query, so that few requests need a query of their
   * own. Finds tokens revoked by other instances and deleted users. The result has only changed rows.
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

/** A reading without a user (`Infinity`) revokes nothing for good: the user may sign up later. */
function isRevoked(issuedAt: number, { revokedBefore }: Reading): boolean {
  return revokedBefore !== Infinity && issuedAt < revokedBefore;
}
