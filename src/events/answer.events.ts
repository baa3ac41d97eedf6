/** What happens to answers. Payloads are plain JSON: after a replay nothing else comes back. */
export interface AnswerEvents {
  /** An answer was written to a question. */
  'answer.created': {
    answerId: number;
    questionId: number;
    questionAuthorId: number;
    actorId: number;
  };
  /** A vote was cast. A vote that was taken back and is cast again raises it again. */
  'answer.voted': { answerId: number; authorId: number; actorId: number };
}
