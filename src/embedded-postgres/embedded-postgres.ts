import { findBinaries } from './binaries.js';
import { NAME, openCluster } from './cluster.js';
import { Keeper } from './supervisor.js';
import { findPlace } from './location.js';

/** A running server, for as long as {@link EmbeddedPostgres.stop} has not been called. */
export interface EmbeddedPostgres {
  /** `postgres://…` of the application's database, on 127.0.0.1, password included. */
  url: string;
  /**
   * Gives the server up. The last of the processes that use it shuts it down and waits for that,
   * about a tenth of a second and five at most; for any other it is a matter of one query, and the
   * server goes on. Repeatable; never throws.
   */
  stop(): Promise<void>;
}

/**
 * Runs a real PostgreSQL from the development dependencies on the data in `folder`, or joins the one
 * that runs there already: started by another process a moment ago, or left by one that was killed.
 * Repeatable; each call is a use of its own. Data is kept between runs, and as safe as PostgreSQL's
 * defaults make it.
 *
 * The rule for stopping is "the last one turns off the light": whoever started the server may leave
 * before those who joined, and a process that is killed counts as having left. A server that crashes
 * while it is in use is started again where it was.
 *
 * @param options.folder made if missing; see {@link findPlace} for where the data is when this
 * process is root and the folder is private
 * @throws {Error} whose message is one clear line when the development dependency is missing, the
 * data belongs to somebody else, or the server does not come up
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
}): Promise<EmbeddedPostgres> {
  const place = await findPlace(options.folder);
  const binaries = await findBinaries(place);
  const cluster = await openCluster(place, binaries);
  const keeper = new Keeper(cluster, binaries);
  await keeper.start();
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${NAME}:${cluster.password}@127.0.0.1:${keeper.port}/${NAME}`,
    stop: () => (stopped ??= keeper.stop()),
  };
}
