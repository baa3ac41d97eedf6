import { Module } from '@nestjs/common';
import { UserModule } from '../user/user.module.js';
import { DemoAccounts } from './demo-accounts.js';
import { DemoController } from './demo.controller.js';

/** The accounts that the demo page offers. */
@Module({ imports: [UserModule], controllers: [DemoController], providers: [DemoAccounts] })
export class DemoModule {}
