import type { Random } from './random.js';

export interface KnownPost {
  kind: 'question' | 'answer';
  id: number;
  authorId: number;
}

/** What the load knows to be on the board. */
export class Posts {
  private readonly questions: KnownPost[] = [];
  private readonly answers: KnownPost[] = [];

  addQuestion(id: number, authorId: number): void {
    this.questions.push({ kind: 'question', id, authorId });
  }

  addAnswer(id: number, authorId: number): void {
    this.answers.push({ kind: 'answer', id, authorId });
  }

  question(random: Random): KnownPost {
    return random.pick(this.questions);
  }

  /** As many answers as questions, once there are some. */
  any(random: Random): KnownPost {
    return random.pick(
      this.answers.length > 0 && random.chance(0.5) ? this.answers : this.questions,
    );
  }
}
