import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { claim } from './usage-lock.js';
import type { Hold } from './usage-lock.js';
import { choosePort, findPostmaster, hasCrashed, launch, pause, shutDown } from './server.js';

/** Includes the recovery after a crash, which reads the write-ahead log. */
const START_SECONDS = 60;
const LOOK_MILLISECONDS = 200;

/** Keeps one server running for as long as this process uses it. */
export class Keeper {
  private hold: Hold;
  private stopping = false;
  private repair: Promise<void> = Promise.resolve();
  /** Where the server listens, on 127.0.0.1; stays the same also when it has to be started again. */
  port: number;

  constructor(
    private readonly cluster: Cluster,
    private readonly binaries: Binaries,
  ) {}

  /**
   * Starts the server, or joins the one that runs.
   *
   * @throws {Error} when it does not come up
   */
  async start(): Promise<void> {
    const deadline = Date.now() + START_SECONDS * 1000;
    while (Date.now() < deadline) {
      if (await this.tryOnce()) return;
    }
    throw new Error(`PostgreSQL was not ready in ${START_SECONDS} s, see ${this.cluster.log}.`);
  }

  /** Gives the server up, and shuts it down if nobody else uses it. Not repeatable. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.repair;
    if (await this.hold.release()) await shutDown(this.cluster, this.binaries.folder);
  }

  private async tryOnce(): Promise<boolean> {
    const running = await findPostmaster(this.cluster);
    if (!running) {
      await launch(
        this.cluster,
        this.binaries.folder,
        this.port || (await choosePort(this.cluster)),
      );
      return false;
    }
    const hold = running.ready && (await claim(this.cluster, running.port));
    if (!hold) {
      await pause(20);
      return false;
    }
    this.hold = hold;
    this.port = running.port;
    hold.onLost(() => {
      this.repair = this.recover();
    });
    return true;
  }

  /**
   * A real installation has somebody who starts a crashed server again; this one has us. A server
   * that somebody stopped in good order stays stopped until it is started by the same hand.
   */
  private async recover(): Promise<void> {
    while (!this.stopping) {
      if ((await hasCrashed(this.cluster)) && (await this.tryOnce().catch(() => false))) return;
      await pause(LOOK_MILLISECONDS);
    }
  }
}
