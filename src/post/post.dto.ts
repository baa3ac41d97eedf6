import { ApiProperty } from '@nestjs/swagger';

/** Characters. */
export const MAX_SUBJECT_LENGTH = 200;
export const MAX_CONTENT_LENGTH = 20_000;

/** How others see a user. */
export class AuthorDto {
  id: number;
  username: string;
}

/** What questions and answers have in common. */
export class PostDto {
  id: number;

  /** @example "With an index on what the query filters by." */
  @ApiProperty({ minLength: 1, maxLength: MAX_CONTENT_LENGTH })
  content: string;

  author: AuthorDto;

  vote_count: number;

  /** By the one who asks; false without a token. */
  voted: boolean;

  created_at: Date;
  updated_at: Date;
}
