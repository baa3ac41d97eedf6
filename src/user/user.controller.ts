import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { AccountDto } from './dto/account.dto.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import { UpdateMeDto } from './dto/update-me.dto.js';
import { UserService } from './user.service.js';

@ApiTags('user')
@Controller('api/user')
export class UserController {
  constructor(private readonly users: UserService) {}

  /**
   * Make an account.
   * @throws {409} username is taken
   */
  @Post('signup')
  @Public()
  async signUp(@Body() body: SignUpDto): Promise<AccountDto> {
    return AccountDto.of(await this.users.signUp(body));
  }

  /** The own account. */
  @Get('me')
  async me(@User() { id }: CurrentUser): Promise<AccountDto> {
    return AccountDto.of(await this.users.get(id));
  }

  /** Change the language of messages. */
  @Put('me')
  async updateMe(
    @User() { id }: CurrentUser,
    @Body() { locale }: UpdateMeDto,
  ): Promise<AccountDto> {
    return AccountDto.of(await this.users.setLocale(id, locale));
  }
}
