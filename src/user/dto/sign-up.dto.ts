import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, Matches } from 'class-validator';
import { IsEmailAddress, IsText } from '../../http/validation.js';
import { type Locale, LOCALES } from '../locale.js';

/** Letters of any script with the marks that some of them need, digits, `_`, `-`. */
const USERNAME = /^(?!\p{M})[\p{L}\p{M}\p{Nd}_-]{2,30}$/u;

export class SignUpDto {
  /** Letters of any script, digits, `_` and `-`. Normalized to NFC before it is counted. */
  // One spelling a name: letters that look alike but are composed differently are the same. Counted
  // in that spelling, which can be the longer one.
  @ApiProperty({ minLength: 2, maxLength: 30, pattern: USERNAME.source })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.normalize('NFC') : value,
  )
  @Matches(USERNAME, {
    message: 'username must be 2 to 30 letters (any script), digits, "_" or "-"',
  })
  username: string;

  /** @example user.a@example.test */
  @IsEmailAddress()
  email: string;

  /** @example "correct horse" */
  @IsText(8, 128, { blank: true })
  password: string;

  /** Language of messages. */
  @IsIn(LOCALES)
  locale: Locale = 'ko';
}
