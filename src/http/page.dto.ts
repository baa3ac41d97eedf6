import { ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_ID } from './id.pipe.js';
import { IsQueryInteger } from './validation.js';

/** No list has more items than there are ids: past its end a page is empty. */
export const MAX_PAGE = MAX_ID;
export const MAX_PAGE_SIZE = 100;

/** Which part of a list is wanted. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 0, maximum: MAX_PAGE, default: 0, type: 'integer' })
  @IsQueryInteger(0, MAX_PAGE)
  page = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: MAX_PAGE_SIZE, default: 20, type: 'integer' })
  @IsQueryInteger(1, MAX_PAGE_SIZE)
  size = 20;
}
