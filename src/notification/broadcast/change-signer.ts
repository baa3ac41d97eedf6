import { createHmac, timingSafeEqual } from 'node:crypto';
import type { InboxChange, InboxCounters } from './inbox-change.js';

/** Characters of a signature: SHA-256 in base64url. */
const SIGNATURE_LENGTH = 43;

/**
 * Inbox changes as they travel between instances: signed with a key that only those who share
 * `JWT_SECRET` have. Whoever else can write to the channel can neither wake nor show anything.
 */
export class ChangeSigner {
  private readonly key: Buffer;

  constructor(secret: string) {
    // A key of its own: no other signature made with the secret is valid here.
    this.key = createHmac('sha256', secret).update('inbox change').digest();
  }

  /** @returns signature and JSON in one text */
  sign({ counters, ...change }: InboxChange): string {
    // The release before reads the counters as `head`, and takes a change without its `frame` for one
    // that says only that the inbox has changed.
    const text = JSON.stringify({ ...change, head: counters });
    return this.signatureOf(text) + text;
  }

  /** @returns undefined: the signature is wrong, or another version writes changes differently */
  verify(message: string): InboxChange | undefined {
    const text = message.slice(SIGNATURE_LENGTH);
    const signature = Buffer.from(message.slice(0, SIGNATURE_LENGTH));
    const expected = Buffer.from(this.signatureOf(text));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      return undefined;
    }
    const { userId, head, notification, readIds, trace } = JSON.parse(text) as Message;
    if (!isCount(userId) || !areCounters(head)) return undefined;
    return {
      userId,
      counters: head,
      ...(isNotification(notification) && { notification }),
      ...(isReadIds(readIds) && { readIds }),
      trace,
    };
  }

  private signatureOf(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

type Message = Omit<InboxChange, 'counters'> & { head: InboxCounters };

function areCounters(value: InboxCounters | undefined): value is InboxCounters {
  return (
    typeof value === 'object' &&
    value !== null &&
    [value.seq, value.rev, value.unreadCount].every(isCount)
  );
}

function isNotification(value: InboxChange['notification'] | null): boolean {
  return typeof value === 'object' && value !== null && isCount(value.id);
}

function isReadIds(value: InboxChange['readIds']): boolean {
  return value === null || value === 'all' || (Array.isArray(value) && value.every(isCount));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
