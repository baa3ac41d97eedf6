import { Injectable } from '@nestjs/common';
import { MemoryTallies } from './memory-tallies.js';
import type { Tallies, Tally } from './tally.js';

/** Counts of requests. */
@Injectable()
export class RequestTallies implements Tallies {
  private readonly memory = new MemoryTallies();

  add(limit: string, key: string, windowMs: number): Promise<Tally> {
    return this.memory.add(limit, key, windowMs);
  }

  look(limit: string, key: string): Promise<Tally> {
    return this.memory.look(limit, key);
  }
}
