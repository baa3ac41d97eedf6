import { createSecretKey } from 'node:crypto';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { Settings } from '../config/settings.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UserModule } from '../user/user.module.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { TokenRevocation } from './token-revocation.js';
import { Tokens } from './tokens.js';

/** Authenticates requests: issues, verifies and revokes tokens. */
@Module({
  imports: [
    LimitsModule,
    UserModule,
    JwtModule.registerAsync({
      inject: [Settings],
      useFactory: ({ jwtSecret }: Settings) => ({
        // The library tries a secret given as text as a public key first, at every request.
        secret: createSecretKey(jwtSecret!, 'utf8'),
        signOptions: { algorithm: 'HS256' },
        verifyOptions: { algorithms: ['HS256'] },
      }),
    }),
  ],
  controllers: [AuthController],
  providers: [AuthService, TokenRevocation, Tokens, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [TokenRevocation, Tokens],
})
export class AuthModule {}
