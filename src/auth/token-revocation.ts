import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import type { CurrentUser } from '../http/current-user.decorator.js';

/** Milliseconds for which a look at an account is trusted; a log-out elsewhere shows after it. */
const TRUST_MS = 3_000;
/** Milliseconds between two looks at all accounts in use; less than the above. */
const LOOK_INTERVAL_MS = 2_000;
/** Milliseconds without a request or a stream after which an account is not in use. */
const IN_USE_MS = 30_000;
/** Accounts remembered at most. */
const MAX_REMEMBERED = 50_000;
const MAX_LOOKUPS_AT_ONCE = 1_000;

const LOOK_UP: Statement = {
  name: 'look up sessions',
  text: `SELECT id, tokens_revoked_before::float8 AS "revokedBefore" FROM users
    WHERE id = ANY ($1::int[])`,
};

/**
 * Of accounts $1, those that have revoked tokens since $2, were deleted, or were missing ('infinity') and may be
 * back.
 */
const LOOK_AT_ALL: Statement = {
  name: 'look at sessions',
  text: `SELECT w.id, coalesce(users.tokens_revoked_before::float8, 'infinity') AS "revokedBefore"
    FROM unnest($1::int[], $2::float8[]) AS w (id, known) LEFT JOIN users USING (id)
    WHERE w.known = 'infinity' OR users.tokens_revoked_before > w.known IS NOT FALSE`,
};

interface Account {
  id: number;
  revokedBefore: number;
}

interface Look {
  /** Unix seconds: tokens issued before are void; Infinity: no such user. */
  revokedBefore: number;
  /** `performance.now()` after which the look is stale. */
  staleAt: number;
  /** `performance.now()` of the last request that relied on it. */
  usedAt: number;
}

interface Watched {
  issuedAt: number;
  end: () => void;
}

/** Whether the user behind a valid token still exists and has not revoked it since. */
@Injectable()
export class TokenRevocation implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(TokenRevocation.name);
  private readonly looks = new LRUCache<number, Look>({ max: MAX_REMEMBERED });
  private readonly watched = new Map<number, Set<Watched>>();
  private readonly lookups = new Batch<number, number>(
    (ids) => this.lookUpAll(ids),
    MAX_LOOKUPS_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'accounts' },
  );
  private lookTimer: NodeJS.Timeout;
  private isClosed = false;

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.scheduleLook();
  }

  onModuleDestroy(): void {
    this.isClosed = true;
    clearTimeout(this.lookTimer);
  }

  /** Answers from memory for a few seconds. @throws when the database is unavailable and memory is stale */
  async isValid({ id, token }: CurrentUser): Promise<boolean> {
    const known = this.looks.get(id);
    if (!known) return this.isValidNow({ id, token });
    // What is void stays void, however long ago that was seen.
    if (isRevoked(token.issuedAt, known)) return false;
    const now = performance.now();
    // Also of a stale one: the look that is taken now is kept fresh from here on.
    known.usedAt = now;
    return known.staleAt > now
      ? token.issuedAt >= known.revokedBefore
      : this.isValidNow({ id, token });
  }

  /** Asks the database. @throws when it is unavailable */
  async isValidNow({ id, token }: CurrentUser): Promise<boolean> {
    return token.issuedAt >= (await this.lookups.add(id));
  }

  /**
   * Calls `end`, at least once, when the session is void; on whichever instance that was done.
   * @returns ends that
   */
  watch({ id, token }: CurrentUser, end: () => void): () => void {
    const entry: Watched = { issuedAt: token.issuedAt, end };
    const entries = this.watched.get(id) ?? new Set();
    this.watched.set(id, entries.add(entry));
    // It may have become void while its stream was being opened: that is not noticed a second time.
    const known = this.looks.get(id);
    if (known && isRevoked(token.issuedAt, known)) end();
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.watched.get(id) === entries) this.watched.delete(id);
    };
  }

  /**
   * Voids every token of the user issued so far, that of the caller included, and ends their sessions.
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
   * Unix seconds. An iat has whole ones: the next is the first that no token issued so far can have.
   * After a log-out and a log-in within one second, the caller's own lies ahead already.
   */
  nextIssue({ token }: CurrentUser): number {
    return Math.floor(Math.max(Date.now() / 1000, token.issuedAt)) + 1;
  }

  /**
   * Takes in what the database says of a user; ends at once what is void here. May be repeated.
   * @param askedAt `performance.now()` before the database was asked
   */
  record(id: number, said: number, askedAt = performance.now()): void {
    const { revokedBefore: known, usedAt } = this.looks.get(id) ?? {
      revokedBefore: 0,
      usedAt: askedAt,
    };
    // It only rises. What was asked before something was revoked may be answered after it.
    const revokedBefore = known === Infinity ? said : Math.max(said, known);
    this.looks.set(id, { revokedBefore, staleAt: askedAt + TRUST_MS, usedAt });
    for (const { issuedAt, end } of this.watched.get(id) ?? []) {
      if (issuedAt < revokedBefore) end();
    }
  }

  private async lookUpAll(ids: number[]): Promise<number[]> {
    const askedAt = performance.now();
    const rows = await execute<Account>(this.dataSource, LOOK_UP, [[...new Set(ids)]]);
    const found = new Map(rows.map(({ id, revokedBefore }) => [id, revokedBefore]));
    return ids.map((id) => {
      const revokedBefore = found.get(id) ?? Infinity;
      this.record(id, revokedBefore, askedAt);
      return revokedBefore;
    });
  }

  /**
   * One query for all accounts in use, so that hardly a request needs one of its own; only what has
   * changed is answered. Finds what other instances revoked, and who was deleted.
   */
  private async lookAtAll(): Promise<void> {
    const askedAt = performance.now();
    const ids = this.inUse(askedAt);
    if (ids.length === 0) return;
    const known = ids.map((id) => this.looks.peek(id)?.revokedBefore ?? -Infinity);
    const changed = await execute<Account>(this.dataSource, LOOK_AT_ALL, [ids, known]);
    for (const { id, revokedBefore } of changed) this.record(id, revokedBefore, askedAt);
    for (const id of ids) {
      const look = this.looks.peek(id);
      if (look) look.staleAt = Math.max(look.staleAt, askedAt + TRUST_MS);
    }
  }

  private inUse(now: number): number[] {
    const requesting = [...this.looks]
      .filter(([, { usedAt }]) => usedAt > now - IN_USE_MS)
      .map(([id]) => id);
    return [...new Set([...requesting, ...this.watched.keys()])];
  }

  private scheduleLook(): void {
    if (this.isClosed) return;
    this.lookTimer = setTimeout(() => void this.look(), LOOK_INTERVAL_MS).unref();
  }

  private async look(): Promise<void> {
    try {
      await this.lookAtAll();
    } catch (error) {
      this.logger.warn(`TokenRevocation could not be checked: ${String(error)}`);
    }
    this.scheduleLook();
  }
}

/** A user who is not there may yet sign up. */
function isRevoked(issuedAt: number, { revokedBefore }: Look): boolean {
  return revokedBefore !== Infinity && issuedAt < revokedBefore;
}
