/** What the bell says, in the languages it speaks. */

const ko = {
  title: '알림',
  label: (/** @type {number} */ unread) => (unread > 0 ? `알림, 읽지 않음 ${unread}` : '알림'),
  readAll: '모두 읽음',
  readOne: '읽음으로 표시',
  unread: '읽지 않음',
  empty: '아직 알림이 없습니다',
  emptyHint: '내 질문이나 답변에 반응이 오면 여기에 나타납니다.',
  loading: '불러오는 중…',
  failed: '알림을 불러오지 못했습니다.',
  readFailed: '읽음으로 표시하지 못했습니다.',
  retry: '다시 시도',
  gone: '삭제된 글입니다.',
  unreachable: '지금은 열 수 없습니다. 잠시 후 다시 시도해 주세요.',
  end: '마지막 알림입니다',
  toasts: '새 알림',
  close: '닫기',
  more: (/** @type {number} */ count) => `새 알림 ${count}개 더 보기`,
  status: {
    connecting: '연결하는 중',
    live: '실시간으로 연결됨',
    reconnecting: '다시 연결하는 중',
    offline: '오프라인',
    'signed-out': '로그아웃됨',
    closed: '연결 끊김',
  },
  statusHint: {
    connecting: '새 알림이 곧 표시됩니다.',
    reconnecting: '그동안 온 알림은 연결되면 바로 표시됩니다.',
    offline: '네트워크가 돌아오면 놓친 알림을 가져옵니다.',
    'signed-out': '다시 로그인하면 놓친 알림을 가져옵니다.',
  },
};

/** @typedef {typeof ko} BellTexts */

/** @type {BellTexts} */
const en = {
  title: 'Notifications',
  label: (unread) => (unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'),
  readAll: 'Mark all as read',
  readOne: 'Mark as read',
  unread: 'Unread',
  empty: 'No notifications yet',
  emptyHint: 'When somebody reacts to your questions or answers, you will see it here.',
  loading: 'Loading…',
  failed: 'The notifications could not be loaded.',
  readFailed: 'That could not be marked as read.',
  retry: 'Try again',
  gone: 'This post has been deleted.',
  unreachable: 'That cannot be opened right now. Please try again in a moment.',
  end: 'That is all',
  toasts: 'New notifications',
  close: 'Dismiss',
  more: (count) => (count === 1 ? 'Show 1 more notification' : `Show ${count} more notifications`),
  status: {
    connecting: 'Connecting',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    'signed-out': 'Logged out',
    closed: 'Disconnected',
  },
  statusHint: {
    connecting: 'New notifications will appear in a moment.',
    reconnecting: 'What happens meanwhile appears as soon as the connection is back.',
    offline: 'What you miss is fetched when the network is back.',
    'signed-out': 'What you miss is fetched after you log in again.',
  },
};

/**
 * @param {string} locale a language tag
 * @returns {BellTexts} Korean for Korean, English for everybody else
 */
export function bellTexts(locale) {
  return /^ko\b/i.test(locale) ? ko : en;
}
