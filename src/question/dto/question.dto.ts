import { ApiProperty } from '@nestjs/swagger';
import { PostDto } from '../../post/post.dto.js';

export class QuestionDto extends PostDto {
  @ApiProperty({ example: 'How do I make this query fast?' })
  subject: string;

  @ApiProperty({ example: 1 })
  answer_count: number;
}

/** An answer below its question. */
export class QuestionAnswerDto extends PostDto {
  @ApiProperty({ example: 1 })
  question_id: number;
}

export class QuestionWithAnswersDto extends QuestionDto {
  @ApiProperty({ type: [QuestionAnswerDto], description: 'Oldest first' })
  answers: QuestionAnswerDto[];
}

export class QuestionListDto {
  @ApiProperty({ example: 1 })
  total: number;

  @ApiProperty({ type: [QuestionDto], description: 'Newest first' })
  questions: QuestionDto[];
}

export class QuestionVoteDto {
  @ApiProperty({ example: 1 })
  question_id: number;

  @ApiProperty({ example: 3 })
  vote_count: number;

  @ApiProperty({ example: true })
  voted: boolean;
}
