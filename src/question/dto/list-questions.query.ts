import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '../../http/page.dto.js';
import { IsText } from '../../http/validation.js';

export class ListQuestionsQuery extends PageQuery {
  @ApiPropertyOptional({
    maxLength: 200,
    default: '',
    description: 'Text that subject or content contains, whatever its case',
  })
  @IsText(0, 200, { blank: true })
  keyword = '';
}
