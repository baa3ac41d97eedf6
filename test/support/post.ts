import type { Board, Person } from './board.js';

/** What questions and answers have in common. */
export interface Post {
  id: number;
  content: string;
  author: { id: number; username: string };
  vote_count: number;
  voted: boolean;
  created_at: string;
  updated_at: string;
}

export interface Answer extends Post {
  question_id: number;
}

export interface Question extends Post {
  subject: string;
  answer_count: number;
}

export interface QuestionWithAnswers extends Question {
  answers: Answer[];
}

export interface QuestionList {
  total: number;
  questions: Question[];
}

/** As somebody without a token sees it, unless `as` says who looks. */
export function readQuestion(board: Board, id: number, as?: Person): Promise<QuestionWithAnswers> {
  return board.must('GET', `/api/question/${id}`, as && { as });
}

export function readAnswer(board: Board, id: number, as?: Person): Promise<Answer> {
  return board.must('GET', `/api/answer/${id}`, as && { as });
}

export const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
