import { MAX_ID } from './id.pipe.js';
import { IsQueryInteger } from './validation.js';

/** No list has more items than there are ids: past its end a page is empty. */
export const MAX_PAGE = MAX_ID;
export const MAX_PAGE_SIZE = 100;

/** Which part of a list is wanted. */
export class PageQuery {
  @IsQueryInteger(0, MAX_PAGE)
  page = 0;

  @IsQueryInteger(1, MAX_PAGE_SIZE)
  size = 20;
}
