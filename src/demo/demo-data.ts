import type { Locale } from '../user/locale.js';

/** Of both demo accounts. Everybody knows it: there are none in production. */
export const DEMO_PASSWORD = 'demo-password';

export type DemoName = 'ada' | 'minji';

export const DEMO_NAMES: readonly DemoName[] = ['ada', 'minji'];

export const DEMO_LOCALES: Record<DemoName, Locale> = { ada: 'en', minji: 'ko' };

interface DemoAnswer {
  author: DemoName;
  content: string;
  voters: DemoName[];
}

interface DemoQuestion {
  author: DemoName;
  subject: string;
  content: string;
  voters: DemoName[];
  answers: DemoAnswer[];
}

/**
 * Everybody votes for and answers the posts of the other: only that notifies somebody. Nobody has voted
 * for the newest question of each, so that the demo page's button can let somebody do it.
 */
export const DEMO_QUESTIONS: DemoQuestion[] = [
  {
    author: 'ada',
    subject: 'How does a page learn of new data without reloading?',
    content: 'I ask the server every few seconds at the moment. Is there a better way?',
    voters: ['minji'],
    answers: [
      {
        author: 'minji',
        content: 'Open an EventSource. The server sends an event as soon as something happens.',
        voters: ['ada'],
      },
    ],
  },
  {
    author: 'minji',
    subject: '같은 알림이 두 번 오지 않게 하려면 어떻게 하나요?',
    content: '서버를 다시 시작할 때마다 이미 받은 알림이 또 옵니다. 어떻게 막을 수 있을까요?',
    voters: [],
    answers: [
      {
        author: 'ada',
        content: '받는 사람과 이벤트의 조합에 유니크 인덱스를 만들면 두 번째 저장이 거부됩니다.',
        voters: ['minji'],
      },
    ],
  },
  {
    author: 'ada',
    subject: 'Which index serves a list that is sorted by time?',
    content: 'The list shows the newest rows of one user, a page at a time.',
    voters: [],
    answers: [],
  },
];
