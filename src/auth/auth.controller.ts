import { Body, Controller, HttpCode, Post, Put, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { ApiErrors } from '../http/api-errors.decorator.js';
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

  @Post('login')
  @HttpCode(200)
  @Public()
  @UseInterceptors(FailureLimit)
  @ApiOperation({ summary: 'Log in' })
  @ApiOkResponse({ type: TokenDto })
  @ApiErrors(400, 401, 413, 415, 429)
  logIn(@Body() { username, password }: LogInDto): Promise<TokenDto> {
    return this.auth.logIn(username, password);
  }

  @Post('renew')
  @NoBody()
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Exchange a valid token for a new one, up to 30 days after the log-in' })
  @ApiOkResponse({ type: TokenDto })
  @ApiErrors(400, 401, 429)
  renew(@User() user: CurrentUser): Promise<TokenDto> {
    return this.auth.renew(user);
  }

  @Post('logout')
  @NoBody()
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Void every token issued so far and end the streams' })
  @ApiNoContentResponse({ description: 'Logged out' })
  @ApiErrors(400, 401, 429)
  logOut(@User() user: CurrentUser): Promise<void> {
    return this.auth.logOut(user);
  }

  @Put('password')
  @UseInterceptors(FailureLimit)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Change the password; voids every token issued so far' })
  @ApiOkResponse({ type: TokenDto })
  @ApiErrors(400, 401, 403, 413, 415, 429)
  changePassword(
    @User() user: CurrentUser,
    @Body() { old_password, new_password }: ChangePasswordDto,
  ): Promise<TokenDto> {
    return this.auth.changePassword(user, old_password, new_password);
  }
}
