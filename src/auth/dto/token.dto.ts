import { ApiProperty } from '@nestjs/swagger';

/** What a log-in gives. */
export class TokenDto {
  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl' })
  access_token: string;

  @ApiProperty({ enum: ['bearer'], example: 'bearer' })
  token_type: 'bearer';

  @ApiProperty({ example: 3600, description: 'Seconds' })
  expires_in: number;

  @ApiProperty({ example: 'userA' })
  username: string;
}
