import { ApiProperty } from '@nestjs/swagger';
import { MAX_SUBJECT_LENGTH, PostDto } from '../../post/post.dto.js';

export class QuestionDto extends PostDto {
  /** @example "How do I make this query fast?" */
  @ApiProperty({ minLength: 1, maxLength: MAX_SUBJECT_LENGTH })
  subject: string;

  answer_count: number;
}

/** An answer below its question. */
export class QuestionAnswerDto extends PostDto {
  question_id: number;
}

export class QuestionWithAnswersDto extends QuestionDto {
  /** Oldest first. */
  answers: QuestionAnswerDto[];
}

export class QuestionListDto {
  total: number;

  /** Newest first. */
  questions: QuestionDto[];
}

export class QuestionVoteDto {
  question_id: number;
  vote_count: number;
  voted: boolean;
}
