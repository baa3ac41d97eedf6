import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** argon2id with OWASP's first choice of cost: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Passwords are stored as argon2id hashes and compared off the main thread. */
@Injectable()
export class Passwords {
  /** Stands in for the hash of nobody, so that an unknown name takes as long as a wrong password. */
  private readonly decoy = hash('no such user', COST);

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /** @param stored undefined or a text that is no hash: false, after the usual time */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const isHash = stored?.startsWith('$argon2id$') ?? false;
    const matches = await verify(isHash ? stored! : await this.decoy, password).catch(() => false);
    return isHash && matches;
  }
}
