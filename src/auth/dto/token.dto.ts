/** The access token of a log-in. */
export class TokenDto {
  /** @example eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl */
  access_token: string;

  token_type: 'bearer';

  /**
   * Seconds until the token expires.
   * @example 3600
   */
  expires_in: number;

  username: string;
}
