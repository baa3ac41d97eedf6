import { Inbox } from '../../public/bell/inbox.js';
import { InboxCursor } from '../../public/client/inbox-cursor.js';
import { renewalDelay } from '../../public/client/token.js';
import type { Frame, Notification } from '../../public/client/types.js';

function notification(id: number, is_read = false): Notification {
  return {
    id,
    actor_username: 'reader',
    event_type: 'question.voted',
    resource_type: 'question',
    resource_id: 1,
    message: `Message ${id}`,
    is_read,
    created_at: '2026-01-02T03:04:05.678901Z',
  };
}

function arrival(cursor: number, rev: number, unread_count = cursor): Frame {
  const data = { ...notification(cursor), unread_count, rev };
  return { name: 'notification', data, cursor, replayed: false };
}

function connected(cursor: number, rev: number, resync = false): Frame {
  const data = {
    unread_count: rev,
    rev,
    resync,
    resumed: !resync,
    replayed: 0,
    heartbeat_seconds: 30,
  };
  return { name: 'connected', data, cursor };
}

it('the inbox of a tab grows with each notification', () => {
  const state = new InboxCursor(1);
  expect(state.apply(arrival(2, 2))).toEqual(['notification', 'unread']);
});

it('the inbox of a tab is not changed by a notification that arrives again', () => {
  const state = new InboxCursor(1);
  state.apply(arrival(2, 2));
  expect(state.apply(arrival(2, 2))).toEqual([]);
});

it('the inbox of a tab never goes back to older counts', () => {
  const state = new InboxCursor();
  state.offer({ unread_count: 5, rev: 7 });
  state.offer({ unread_count: 9, rev: 6 });
  expect(state.counts).toEqual({ unread_count: 5, rev: 7 });
});

it('a tab fetches the list when a notification in between is missing', () => {
  const state = new InboxCursor(1);
  expect(state.apply(arrival(3, 3))).toContain('resync');
});

it('a tab fetches the list when the inbox has changed while no tab was open', () => {
  const state = new InboxCursor(4);
  state.offer({ unread_count: 1, rev: 1 });
  expect(state.apply(connected(4, 2))).toContain('resync');
});

it('a tab fetches nothing when it reconnects to an unchanged inbox', () => {
  const state = new InboxCursor(4);
  state.offer({ unread_count: 1, rev: 1 });
  expect(state.apply(connected(4, 1))).toEqual([]);
});

it('a tab starts over with a server whose history began anew', () => {
  const state = new InboxCursor(40);
  state.offer({ unread_count: 9, rev: 90 });
  state.apply(connected(3, 2, true));
  expect([state.cursor, state.counts]).toEqual([3, { unread_count: 2, rev: 2 }]);
});

it('a tab fetches the list when another tab has received more', () => {
  const state = new InboxCursor(4);
  expect(state.catchUp(6)).toBe(true);
});

it('the loaded part of the inbox is in the order of the ids, whatever the order of its parts', () => {
  const inbox = new Inbox();
  inbox.add(notification(5), 5);
  inbox.startWith({ rev: 4, notifications: [notification(4), notification(3)] }, 2);
  inbox.append({ rev: 5, notifications: [notification(2)] }, 2);
  expect(inbox.items.map(({ id }) => id)).toEqual([5, 4, 3, 2]);
});

it('a notification that was marked as read stays read when an older list arrives late', () => {
  const inbox = new Inbox();
  inbox.markRead([3], 5);
  inbox.startWith({ rev: 4, notifications: [notification(3)] }, 20);
  expect(inbox.items[0]?.is_read).toBe(true);
});

it('a notification that came after “read all” stays unread', () => {
  const inbox = new Inbox();
  inbox.add(notification(3), 7);
  inbox.markRead('all', 6);
  expect(inbox.items[0]?.is_read).toBe(false);
});

it('the loaded part of the inbox is complete when a page is short', () => {
  const inbox = new Inbox();
  inbox.startWith({ rev: 1, notifications: [notification(1)] }, 20);
  expect(inbox.complete).toBe(true);
});

describe('renewal of tokens', () => {
  const made = (iat: number, exp: number) =>
    `x.${Buffer.from(JSON.stringify({ sub: '1', iat, exp })).toString('base64url')}.x`;

  it('a token of an hour is renewed a minute before its end', () => {
    expect(renewalDelay({ token: made(0, 3600) }, 0)).toBe(3_540_000);
  });

  it('a token of seconds is renewed after three quarters of them', () => {
    expect(renewalDelay({ token: made(0, 4) }, 0)).toBe(3_000);
  });

  it('a token that seems to have ended is not renewed at once', () => {
    expect(renewalDelay({ token: made(0, 3600) }, 7_200_000)).toBe(30_000);
  });

  it('a token that is no JWT is not renewed', () => {
    expect(renewalDelay({ token: 'opaque' }, 0)).toBeNull();
  });
});
