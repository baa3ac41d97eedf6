import { Global, Module } from '@nestjs/common';
import { Parting } from './parting.js';
import { Shutdown } from './shutdown.js';

@Global()
@Module({ providers: [Shutdown, Parting], exports: [Shutdown, Parting] })
export class ShutdownModule {}
