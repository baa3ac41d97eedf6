import { IsIn } from 'class-validator';
import { type Locale, LOCALES } from '../locale.js';

export class UpdateMeDto {
  /**
   * Language of messages.
   * @example en
   */
  @IsIn(LOCALES)
  locale: Locale;
}
