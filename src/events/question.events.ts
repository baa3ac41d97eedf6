/** What happens to questions. Payloads are plain JSON: after a replay nothing else comes back. */
export interface QuestionEvents {
  /** A vote was cast. A vote that was taken back and is cast again raises it again. */
  'question.voted': { questionId: number; authorId: number; actorId: number };
}
