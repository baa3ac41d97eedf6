import { ApiProperty } from '@nestjs/swagger';

/** How others see a user. */
export class AuthorDto {
  @ApiProperty({ example: 1 })
  id: number;

  @ApiProperty({ example: 'userA' })
  username: string;
}

/** What questions and answers have in common. */
export class PostDto {
  @ApiProperty({ example: 1 })
  id: number;

  @ApiProperty({ example: 'With an index on what the query filters by.' })
  content: string;

  @ApiProperty({ type: AuthorDto })
  author: AuthorDto;

  @ApiProperty({ example: 3 })
  vote_count: number;

  @ApiProperty({ example: false, description: 'By the one who asks; false without a token' })
  voted: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-13T15:08:59.872946Z' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-13T15:08:59.872946Z' })
  updated_at: Date;
}
