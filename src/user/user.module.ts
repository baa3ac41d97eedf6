import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './entities/user.entity.js';
import { Passwords } from './passwords.js';
import { UserController } from './user.controller.js';
import { UserService } from './user.service.js';

/** Accounts. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UserController],
  providers: [UserService, Passwords],
  exports: [UserService, Passwords],
})
export class UserModule {}
