/** What happens to questions. Payloads are plain JSON: after a replay nothing else comes back. */
export interface QuestionEvents {
  /** A vote was cast. Casting it again after taking it back happens, and is told, again. */
  'question.voted': { questionId: number; authorId: number; actorId: number };
}
