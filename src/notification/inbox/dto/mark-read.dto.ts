import { IsIdList } from '../../../http/validation.js';

export class MarkReadDto {
  /**
   * Ids of others and unknown ones are ignored.
   * @example [1, 2]
   */
  @IsIdList(500)
  notification_ids: number[];
}
