import { createHmac, timingSafeEqual } from 'node:crypto';
import type { InboxChange, InboxFrame, InboxCounters } from './inbox-change.js';

/** Characters of the seal: SHA-256 in base64url. */
const SEAL_LENGTH = 43;

/**
 * Changes as they travel between instances, under a seal that only those who share `JWT_SECRET` can
 * make: whoever else may write into the channel can wake nobody, and show nobody anything.
 */
export class ChangeSigner {
  private readonly key: Buffer;

  constructor(secret: string) {
    // A key of its own: nothing that is signed elsewhere with the secret is a seal.
    this.key = createHmac('sha256', secret).update('inbox change').digest();
  }

  close(change: InboxChange): string {
    const text = JSON.stringify(change);
    return this.of(text) + text;
  }

  /** @returns undefined: not from one of us, or from a version that says it otherwise */
  open(message: string): InboxChange | undefined {
    const text = message.slice(SEAL_LENGTH);
    const seal = Buffer.from(message.slice(0, SEAL_LENGTH));
    const expected = Buffer.from(this.of(text));
    if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return undefined;
    const change: unknown = JSON.parse(text);
    return isChange(change) ? change : undefined;
  }

  private of(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

function isChange(value: unknown): value is InboxChange {
  if (typeof value !== 'object' || value === null) return false;
  const { userId, head, frame } = value as Partial<InboxChange>;
  return isCount(userId) && isHead(head) && (frame === undefined || isFrame(frame));
}

function isHead(value: InboxCounters | undefined): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    [value.seq, value.rev, value.unreadCount].every(isCount)
  );
}

function isFrame(value: InboxFrame | null): boolean {
  const { type, data } = value ?? {};
  return (type === 'notification' || type === 'read') && typeof data === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
