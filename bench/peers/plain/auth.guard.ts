import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Request } from 'express';

export interface Me {
  id: number;
  username: string;
}

type RequestOfMine = Request & { me: Me };

export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<RequestOfMine>().me,
);

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RequestOfMine>();
    const token =
      request.headers.authorization?.split(' ')[1] ?? (request.query['token'] as string);
    try {
      const claims = await this.jwt.verifyAsync<{ sub: string; username: string }>(token);
      request.me = { id: Number(claims.sub), username: claims.username };
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}
