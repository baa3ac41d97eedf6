import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { ApiErrors } from '../http/api-errors.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { AccountDto } from './dto/account.dto.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import { UpdateMeDto } from './dto/update-me.dto.js';
import { UserService } from './user.service.js';

@ApiTags('user')
@Controller('api/user')
export class UserController {
  constructor(private readonly users: UserService) {}

  @Post('signup')
  @Public()
  @ApiOperation({ summary: 'Make an account' })
  @ApiCreatedResponse({ type: AccountDto })
  @ApiErrors(400, 409, 413, 415, 429)
  async signUp(@Body() body: SignUpDto): Promise<AccountDto> {
    return AccountDto.of(await this.users.signUp(body));
  }

  @Get('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The own account' })
  @ApiOkResponse({ type: AccountDto })
  @ApiErrors(401)
  async me(@User() { id }: CurrentUser): Promise<AccountDto> {
    return AccountDto.of(await this.users.get(id));
  }

  @Put('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Change the language of messages' })
  @ApiOkResponse({ type: AccountDto })
  @ApiErrors(400, 401, 413, 415, 429)
  async updateMe(
    @User() { id }: CurrentUser,
    @Body() { locale }: UpdateMeDto,
  ): Promise<AccountDto> {
    return AccountDto.of(await this.users.setLocale(id, locale));
  }
}
