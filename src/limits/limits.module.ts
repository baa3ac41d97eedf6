import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { getOptionsToken, getStorageToken } from '@nestjs/throttler';
import { LimitStorage } from './limit-storage.js';
import { LimitsGuard } from './limits.guard.js';
import { REQUEST_LIMITS } from './request-limits.js';
import { RequestRateCounters } from './request-rate-counters.js';

/** How much a single user or address may ask for, unless `RATE_LIMIT` is off. */
@Module({
  providers: [
    LimitsGuard,
    RequestRateCounters,
    { provide: getOptionsToken(), useValue: { throttlers: REQUEST_LIMITS, setHeaders: false } },
    { provide: getStorageToken(), useClass: LimitStorage },
    { provide: APP_GUARD, useExisting: LimitsGuard },
  ],
  exports: [LimitsGuard, RequestRateCounters],
})
export class LimitsModule {}
