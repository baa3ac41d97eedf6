import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fromRoot } from './project.mjs';
import { Asker } from './asker.mjs';

/** The load: a process of its own, so that nothing the bench does shows in the times. */
export class Driver {
  #child;
  #asker;

  /** @param {{ ports: number[], streamPorts: number[], secret: string, board: object }} target */
  static async start(target) {
    const driver = new Driver();
    driver.#child = fork(fromRoot('bench/driver/main.mjs'), { execArgv: [] });
    driver.#asker = new Asker(driver.#child);
    await driver.tell('begin', target);
    return driver;
  }

  /** Calls a method of the driver's Crowd. @param {string} method @param {object} [options] */
  tell(method, options = {}) {
    return this.#asker.ask({ method, options });
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
