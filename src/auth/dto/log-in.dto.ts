import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../http/validation.js';

export class LogInDto {
  @ApiProperty({ example: 'userA' })
  @IsText(1, 50)
  username: string;

  @ApiProperty({ example: 'correct horse' })
  @IsText(1, 128, { blank: true })
  password: string;
}
