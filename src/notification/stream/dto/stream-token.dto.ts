/** Opens streams until it expires; the streams last as long as the access token that asked for it. */
export class StreamTokenDto {
  /**
   * For `?token=` of the stream, and nothing else.
   * @example eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJzdHJlYW0ifQ.c2lnbmF0dXJl
   */
  stream_token: string;

  /**
   * Seconds.
   * @example 60
   */
  expires_in: number;
}
