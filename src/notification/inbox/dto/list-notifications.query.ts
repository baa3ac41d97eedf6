import { ValidateIf } from 'class-validator';
import { MAX_ID } from '../../../http/id.pipe.js';
import { PageQuery } from '../../../http/page.dto.js';
import { IsQueryInteger } from '../../../http/validation.js';

export class ListNotificationsQuery extends PageQuery {
  /** Those older than this id, instead of a page (both: 400); arrivals then shift nothing. */
  @ValidateIf((_, value) => value !== undefined)
  @IsQueryInteger(1, MAX_ID)
  before?: number;
}
