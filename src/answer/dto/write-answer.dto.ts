import { IsText } from '../../http/validation.js';
import { MAX_CONTENT_LENGTH } from '../../post/post.dto.js';

export class WriteAnswerDto {
  /** @example "With an index on what the query filters by." */
  @IsText(1, MAX_CONTENT_LENGTH)
  content: string;
}
