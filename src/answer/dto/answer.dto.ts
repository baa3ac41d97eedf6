import { ApiProperty } from '@nestjs/swagger';
import { PostDto } from '../../post/post.dto.js';

export class AnswerDto extends PostDto {
  @ApiProperty({ example: 1 })
  question_id: number;
}

export class AnswerVoteDto {
  @ApiProperty({ example: 1 })
  answer_id: number;

  @ApiProperty({ example: 3 })
  vote_count: number;

  @ApiProperty({ example: true })
  voted: boolean;
}
