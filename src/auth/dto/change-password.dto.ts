import { IsText } from '../../http/validation.js';

export class ChangePasswordDto {
  /** @example "correct horse" */
  @IsText(1, 128, { blank: true })
  old_password: string;

  /** @example "battery staple" */
  @IsText(8, 128, { blank: true })
  new_password: string;
}
