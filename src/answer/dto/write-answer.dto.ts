import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../http/validation.js';

export class WriteAnswerDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 20_000,
    example: 'With an index on what the query filters by.',
  })
  @IsText(1, 20_000)
  content: string;
}
