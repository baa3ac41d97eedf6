import { ApiProperty } from '@nestjs/swagger';

/** Opens streams until it expires; the streams last as long as the access token that asked for it. */
export class StreamTokenDto {
  @ApiProperty({
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJzdHJlYW0ifQ.c2lnbmF0dXJl',
    description: 'For `?token=` of the stream, and nothing else',
  })
  stream_token: string;

  @ApiProperty({ example: 60, description: 'Seconds' })
  expires_in: number;
}
