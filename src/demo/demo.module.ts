import { Module } from '@nestjs/common';
import { DemoAccounts } from './demo-accounts.js';
import { DemoController } from './demo.controller.js';

/** The accounts that the demo page offers. */
@Module({ controllers: [DemoController], providers: [DemoAccounts] })
export class DemoModule {}
