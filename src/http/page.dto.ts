import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsQueryInteger } from './validation.js';

export const MAX_PAGE = 1_000_000;
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
