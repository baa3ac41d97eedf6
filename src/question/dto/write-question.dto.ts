import { IsText } from '../../http/validation.js';
import { MAX_CONTENT_LENGTH, MAX_SUBJECT_LENGTH } from '../../post/post.dto.js';

export class WriteQuestionDto {
  /** @example "How do I make this query fast?" */
  @IsText(1, MAX_SUBJECT_LENGTH)
  subject: string;

  /** @example "It takes two seconds." */
  @IsText(1, MAX_CONTENT_LENGTH)
  content: string;
}
