import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

/** The body of every error. */
export class ErrorDto {
  @ApiProperty({ example: 400 })
  statusCode: number;

  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    example: ['content must be non-blank text of 1 to 20000 characters without NUL'],
    description: 'What is wrong; a list when several fields are',
  })
  message: string | string[];

  @ApiProperty({ example: 'Bad Request' })
  error: string;
}

const EXAMPLES: Record<number, string> = {
  400: 'id must be an integer from 1 to 2147483647',
  401: 'A valid access token is needed',
  403: 'Only the author may do that',
  404: 'No such question',
  409: 'username is taken',
  413: 'request entity too large',
  415: 'Content-Type must be application/json',
  429: 'Too many requests; try again later',
  503: 'The database is away; try again',
};

/** Documents the errors a route answers with. A 503 can come from every one. */
export function ApiErrors(...statuses: number[]): MethodDecorator {
  return applyDecorators(
    ...[...statuses, 503].map((status) => ApiError(status, EXAMPLES[status]!)),
  );
}

/** Documents one error a route answers with. */
export function ApiError(status: number, message: string): MethodDecorator {
  return ApiResponse({
    status,
    description: STATUS_CODES[status]!,
    type: ErrorDto,
    example: { statusCode: status, message, error: STATUS_CODES[status] },
  });
}
