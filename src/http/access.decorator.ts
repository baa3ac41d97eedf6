import { SetMetadata } from '@nestjs/common';

/**
 * Who may call a route. Without a decorator: whoever has a valid access token in the header.
 * - `public`: anybody; a token is not looked at
 * - `optional`: anybody; a token says who asks, and when one is sent it must be valid
 * - `stream`: the token may be a stream token, and in the query; a database that is unavailable refuses
 *   nobody
 */
export type Access = 'public' | 'optional' | 'stream';

export const ACCESS = 'access';

export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'public');
export const OptionalUser = (): MethodDecorator => SetMetadata(ACCESS, 'optional');
export const StreamAccess = (): MethodDecorator => SetMetadata(ACCESS, 'stream');
