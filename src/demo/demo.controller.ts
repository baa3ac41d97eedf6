import { Controller, Get, NotFoundException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Settings } from '../config/settings.js';
import { Public } from '../http/access.decorator.js';
import { type DemoAccount, DemoAccounts } from './demo-accounts.js';

/** A file of the demo page that depends on the settings; no part of the API. */
@Controller('board/demo.json')
@ApiExcludeController()
export class DemoController {
  constructor(
    private readonly accounts: DemoAccounts,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Public()
  async demo(): Promise<{ accounts: DemoAccount[] }> {
    if (this.settings.demoPage === 'off') throw new NotFoundException('DEMO_PAGE is off');
    return { accounts: await this.accounts.list() };
  }
}
