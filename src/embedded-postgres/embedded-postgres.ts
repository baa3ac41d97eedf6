import { findBinaries } from './binaries.js';
import { NAME, openCluster } from './cluster.js';
import { findLocation } from './location.js';
import { Supervisor } from './supervisor.js';

/** A running server, for as long as {@link EmbeddedPostgres.stop} has not been called. */
export interface EmbeddedPostgres {
  /** `postgres://…` of the application's database, on 127.0.0.1, password included. */
  url: string;
  /**
   * Stops using the server. The last of the processes that use it shuts it down and waits for that,
   * about a tenth of a second and five at most. Repeatable; never throws.
   */
  stop(): Promise<void>;
}

/**
 * Runs a real PostgreSQL from the development dependencies on the data in `folder`, or joins the one
 * that runs there already. Repeatable; each call is a use of its own. Data is kept between runs, and
 * as safe as PostgreSQL's defaults make it.
 *
 * The last user stops the server, whoever started it; a killed process counts as having left. A
 * server that crashes while it is in use is started again at the same port.
 *
 * @param options.folder made if missing; see {@link findLocation} for where the data is when this
 * process is root and the folder is private
 * @throws {Error} whose message is one clear line when the development dependency is missing, the
 * data belongs to somebody else, or the server does not come up
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
}): Promise<EmbeddedPostgres> {
  const location = await findLocation(options.folder);
  const binaries = await findBinaries(location);
  const cluster = await openCluster(location, binaries);
  const supervisor = new Supervisor(cluster);
  await supervisor.start();
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${NAME}:${cluster.password}@127.0.0.1:${supervisor.port}/${NAME}`,
    stop: () => (stopped ??= supervisor.stop()),
  };
}
