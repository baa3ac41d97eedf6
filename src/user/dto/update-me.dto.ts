import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type Locale, LOCALES } from '../locale.js';

export class UpdateMeDto {
  @ApiProperty({ enum: LOCALES, example: 'en', description: 'Language of messages' })
  @IsIn(LOCALES)
  locale: Locale;
}
