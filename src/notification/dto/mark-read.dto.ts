import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, Max, Min } from 'class-validator';
import { MAX_ID } from '../../http/id.pipe.js';

const MAX_IDS = 500;

export class MarkReadDto {
  @ApiProperty({
    type: [Number],
    minItems: 1,
    maxItems: MAX_IDS,
    example: [1, 2],
    description: 'Ids of others and unknown ones are ignored',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDS)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(MAX_ID, { each: true })
  notification_ids: number[];
}
