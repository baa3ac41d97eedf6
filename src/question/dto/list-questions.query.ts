import { PageQuery } from '../../http/page.dto.js';
import { IsText } from '../../http/validation.js';

export class ListQuestionsQuery extends PageQuery {
  /** Text that subject or content contains, whatever its case. */
  @IsText(0, 200, { blank: true })
  keyword = '';
}
