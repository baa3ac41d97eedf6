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

/** Who is calling. */
@Module({
  imports: [
    LimitsModule,
    UserModule,
    JwtModule.registerAsync({
      inject: [Settings],
      useFactory: ({ jwtSecret }: Settings) => ({
        // As text it would first be tried as a public key, at every request.
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
