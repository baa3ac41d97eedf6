/** What happens to answers. Payloads are plain JSON: after a replay nothing else comes back. */
export interface AnswerEvents {
  /** An answer was written to a question. */
  'answer.created': {
    answerId: number;
    questionId: number;
    questionAuthorId: number;
    actorId: number;
  };
  /** A vote was cast. Casting it again after taking it back happens, and is told, again. */
  'answer.voted': { answerId: number; authorId: number; actorId: number };
}
