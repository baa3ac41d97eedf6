import { ApiProperty } from '@nestjs/swagger';

/** The body of every error. */
export class ErrorDto {
  @ApiProperty({ minimum: 400, maximum: 599, example: 400 })
  statusCode: number;

  /** What is wrong; a list when several fields are. */
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    example: ['content must be non-blank text of 1 to 20000 characters without NUL'],
  })
  message: string | string[];

  /**
   * The name of the status.
   * @example "Bad Request"
   */
  error: string;
}
