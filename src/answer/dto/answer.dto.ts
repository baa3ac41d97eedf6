import { PostDto } from '../../post/post.dto.js';

export class AnswerDto extends PostDto {
  question_id: number;
}

export class AnswerVoteDto {
  answer_id: number;
  vote_count: number;
  voted: boolean;
}
