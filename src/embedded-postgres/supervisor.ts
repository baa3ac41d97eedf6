import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { choosePort, findPostmaster, lockFileOf, startServer, stopServer } from './server.js';
import { exists } from './system.js';
import { acquire, type UsageLock } from './usage-lock.js';

/** Includes the recovery after a crash, which reads the write-ahead log. */
const START_SECONDS = 60;
const POLL_MILLISECONDS = 100;

/** Keeps one server running for as long as this process uses it. */
export class Supervisor {
  private lock: UsageLock;
  private isStopping = false;
  private recovery: Promise<void> = Promise.resolve();
  /** Where the server listens, on 127.0.0.1; stays the same when the server is started again. */
  port: number;

  constructor(private readonly cluster: Cluster) {}

  /**
   * Starts the server, or joins the one that runs.
   *
   * @throws {Error} when it does not come up
   */
  async start(): Promise<void> {
    const deadline = Date.now() + START_SECONDS * 1000;
    while (!(await this.tryStart())) {
      if (Date.now() > deadline) {
        throw new Error(`PostgreSQL was not ready in ${START_SECONDS} s, see ${this.cluster.log}.`);
      }
      await pause(POLL_MILLISECONDS);
    }
  }

  /** Stops using the server, and shuts it down if nobody else uses it. Not repeatable. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.recovery;
    if (await this.lock.release()) await stopServer(this.cluster);
  }

  private async tryStart(): Promise<boolean> {
    if (!(await findPostmaster(this.cluster))) {
      await startServer(this.cluster, this.port || (await choosePort(this.cluster)));
    }
    const running = await findPostmaster(this.cluster);
    const lock = running && (await acquire(this.cluster, running.port));
    if (!lock) return false;
    this.lock = lock;
    this.port = running.port;
    lock.onLost(() => {
      this.recovery = this.recover();
    });
    return true;
  }

  /**
   * `pg_ctl` starts a server and does not watch it. The lock file remains after a crash. A server that
   * somebody stopped removes it, and stays stopped until it is started in the same way.
   */
  private async recover(): Promise<void> {
    while (!this.isStopping) {
      const hasCrashed = await exists(lockFileOf(this.cluster));
      if (hasCrashed && (await this.tryStart().catch(() => false))) return;
      await pause(POLL_MILLISECONDS);
    }
  }
}
