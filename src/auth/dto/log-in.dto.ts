import { IsText } from '../../http/validation.js';

export class LogInDto {
  @IsText(1, 50)
  username: string;

  /** @example "correct horse" */
  @IsText(1, 128, { blank: true })
  password: string;
}
