import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Board } from './board.mjs';
import { BenchDatabase } from './database.mjs';
import { Driver } from './driver.mjs';
import { fromRoot } from './project.mjs';
import { Server } from './server.mjs';

/**
 * What one run of one server has.
 * @typedef {object} Scene
 * @property {Server} server the first
 * @property {Server[]} servers
 * @property {Driver} driver
 * @property {Board} board
 * @property {string} [databaseUrl]
 * @property {() => Promise<Usage>} usage
 * @property {(where?: { requests?: number[], streams?: number[] }) => Promise<Driver>} hire one more
 * driver; numbers of the servers it uses, all unless told
 */

/**
 * Processor time since the start, in microseconds: of the server, and of the database.
 * @typedef {{ server: number, database: number }} Usage
 */

/** Brings servers up one at a time, each with a database of its own, a driver and a board. */
export class Stage {
  #database;
  #databases = new Map();
  #open = new Set();
  #profile;
  #secret = randomBytes(32).toString('hex');

  /** @param {{ profile?: string }} options */
  static async open({ profile }) {
    const stage = new Stage();
    stage.#profile = profile;
    stage.#database = await BenchDatabase.start();
    return stage;
  }

  get databaseVersion() {
    return this.#database.version;
  }

  /** Repeatable. */
  async close() {
    await Promise.all([...this.#open].map((process) => process.stop()));
    await this.#database.stop();
  }

  /**
   * @template T
   * @param {import('./servers.mjs').Kind} kind
   * @param {object} needs
   * @param {number} [needs.users] those beyond the authors of the questions included
   * @param {number} [needs.questions] user n is the author of question n
   * @param {number} [needs.instances] of the server, on one database
   * @param {Record<string, string>} [needs.env]
   * @param {(scene: Scene) => Promise<T>} play
   * @returns {Promise<T>}
   */
  async with(kind, { users = 0, questions = 0, instances = 1, env = {} }, play) {
    const databaseUrl = await this.#databaseOf(kind);
    await this.#database.calmDown();
    const servers = [];
    for (let instance = 0; instance < instances; instance += 1) {
      servers.push(await this.#start(kind, databaseUrl, env));
    }
    const [server] = servers;
    const board = databaseUrl
      ? await Board.fill(databaseUrl, { users: Math.max(users, questions), questions })
      : Board.imagined({ users: Math.max(users, questions), questions });
    const drivers = [];
    const everywhere = [...servers.keys()];
    const hire = async ({ requests = everywhere, streams = everywhere } = {}) => {
      const ports = requests.map((number) => servers[number].port);
      const streamPorts = streams.map((number) => servers[number].port);
      const target = { ports, streamPorts, secret: this.#secret, board: board.plain };
      const driver = this.#track(await Driver.start(target));
      drivers.push(driver);
      return driver;
    };
    const usage = async () => ({
      server: (await server.ask('usage')).cpu,
      database: this.#database.processorTime,
    });
    try {
      return await play({ server, servers, board, databaseUrl, hire, usage, driver: await hire() });
    } finally {
      for (const driver of drivers) await this.#end(driver);
      for (const each of servers) await this.#end(each);
    }
  }

  /** Starts and stops it. @returns {Promise<number>} milliseconds until it was ready */
  async startOnly(kind) {
    const server = await this.#start(kind, await this.#databaseOf(kind), {});
    await this.#end(server);
    return server.startMs;
  }

  async #start(kind, databaseUrl, env) {
    const given = { JWT_SECRET: this.#secret, RATE_LIMIT: 'off', ...env };
    if (databaseUrl) given.DATABASE_URL = databaseUrl;
    return this.#track(await Server.start(kind, { env: given, profile: this.#profile }));
  }

  async #databaseOf({ name, tables }) {
    if (tables === 'none') return undefined;
    const known = this.#databases.get(name);
    if (known) return known;
    const url = await this.#database.create(name.replaceAll(/\W/g, '_'));
    if (tables === 'migrated') await migrate(url);
    this.#databases.set(name, url);
    return url;
  }

  #track(process) {
    this.#open.add(process);
    return process;
  }

  async #end(process) {
    await process.stop();
    this.#open.delete(process);
  }
}

async function migrate(url) {
  await promisify(execFile)(process.execPath, [fromRoot('dist/src/database/migrate.js'), 'run'], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
  });
}
