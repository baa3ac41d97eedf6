import type { EventName } from '../events/domain-event.js';
import type { Locale } from '../user/locale.js';

/** The message of a notification, by event and locale. `{actor}` becomes a username. */
export const MESSAGES: Record<EventName, Record<Locale, string>> = {
  'question.voted': {
    ko: '{actor}님이 회원님의 질문에 투표했습니다.',
    en: '{actor} voted for your question.',
  },
  'answer.created': {
    ko: '{actor}님이 회원님의 질문에 답변을 작성했습니다.',
    en: '{actor} answered your question.',
  },
  'answer.voted': {
    ko: '{actor}님이 회원님의 답변에 투표했습니다.',
    en: '{actor} voted for your answer.',
  },
};
