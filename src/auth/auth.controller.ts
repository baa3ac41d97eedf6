import { Body, Controller, HttpCode, Post, Put, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { NoBody } from '../http/no-body.decorator.js';
import { FailureLimit } from '../limits/failure-limit.js';
import { AuthService } from './auth.service.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { LogInDto } from './dto/log-in.dto.js';
import { TokenDto } from './dto/token.dto.js';

@ApiTags('user')
@Controller('api/user')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  /**
   * Log in.
   * @throws {401} Wrong username or password
   */
  @Post('login')
  @HttpCode(200)
  @Public()
  @UseInterceptors(FailureLimit)
  logIn(@Body() { username, password }: LogInDto): Promise<TokenDto> {
    return this.auth.logIn(username, password);
  }

  /** Exchange a valid token for a new one, up to 30 days after the log-in. */
  @Post('renew')
  @NoBody()
  @HttpCode(200)
  renew(@User() user: CurrentUser): Promise<TokenDto> {
    return this.auth.renew(user);
  }

  /** Revoke every token of the user and end their streams. */
  @Post('logout')
  @NoBody()
  @HttpCode(204)
  logOut(@User() user: CurrentUser): Promise<void> {
    return this.auth.logOut(user);
  }

  /**
   * Change the password and revoke every token issued before.
   * @throws {403} old_password is wrong
   */
  @Put('password')
  @UseInterceptors(FailureLimit)
  changePassword(
    @User() user: CurrentUser,
    @Body() { old_password, new_password }: ChangePasswordDto,
  ): Promise<TokenDto> {
    return this.auth.changePassword(user, old_password, new_password);
  }
}
