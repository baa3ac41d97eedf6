import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../http/validation.js';

export class ChangePasswordDto {
  @ApiProperty({ example: 'correct horse' })
  @IsText(1, 128, { blank: true })
  old_password: string;

  @ApiProperty({ minLength: 8, maxLength: 128, example: 'battery staple' })
  @IsText(8, 128, { blank: true })
  new_password: string;
}
