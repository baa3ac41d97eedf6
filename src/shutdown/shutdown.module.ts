import { Global, Module } from '@nestjs/common';
import { ConnectionDraining } from './connection-draining.js';
import { Shutdown } from './shutdown.js';

@Global()
@Module({ providers: [Shutdown, ConnectionDraining], exports: [Shutdown, ConnectionDraining] })
export class ShutdownModule {}
