import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { IsText } from '../../http/validation.js';
import { type Locale, LOCALES } from '../locale.js';

/** Letters of any script with the marks that some of them need, digits, `_`, `-`. */
const USERNAME = /^[\p{L}\p{M}\p{Nd}_-]{2,30}$/u;

export class SignUpDto {
  @ApiProperty({ minLength: 2, maxLength: 30, example: 'userA' })
  @Matches(USERNAME, {
    message: 'username must be 2 to 30 letters (any script), digits, "_" or "-"',
  })
  @IsString()
  username: string;

  @ApiProperty({ format: 'email', maxLength: 254, example: 'user.a@example.test' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  @ApiProperty({ minLength: 8, maxLength: 128, example: 'correct horse' })
  @IsText(8, 128, { blank: true })
  password: string;

  @ApiPropertyOptional({ enum: LOCALES, default: 'ko', description: 'Language of messages' })
  @IsIn(LOCALES)
  locale: Locale = 'ko';
}
