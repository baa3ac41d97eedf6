import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../http/validation.js';

export class WriteQuestionDto {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'How do I make this query fast?' })
  @IsText(1, 200)
  subject: string;

  @ApiProperty({ minLength: 1, maxLength: 20_000, example: 'It takes two seconds.' })
  @IsText(1, 20_000)
  content: string;
}
