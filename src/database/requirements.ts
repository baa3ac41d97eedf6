import type { DataSource } from 'typeorm';

/** In the format of `server_version_num`. */
const OLDEST_VERSION = 150_000;

/**
 * Checks the version, the encoding and, on request, write access.
 * @param use.forWriting whether the database must accept writes
 * @returns the unmet requirement and what to do about it; undefined when all are met
 */
export async function unmetRequirement(
  dataSource: Pick<DataSource, 'query'>,
  use: { forWriting: boolean },
): Promise<string | undefined> {
  const [found]: { version: number; release: string; encoding: string; is_read_only: boolean }[] =
    await dataSource.query(`
      SELECT current_setting('server_version_num')::int AS version,
        current_setting('server_version') AS release,
        current_setting('server_encoding') AS encoding,
        current_setting('transaction_read_only')::bool AS is_read_only`);
  const { version, release, encoding, is_read_only: isReadOnly } = found!;
  if (version < OLDEST_VERSION) {
    return `its version is PostgreSQL ${release}. Use PostgreSQL 15 or newer.`;
  }
  if (encoding !== 'UTF8') {
    return `its encoding is ${encoding}. Create one with ENCODING 'UTF8'.`;
  }
  if (use.forWriting && isReadOnly) {
    return 'it is read-only. Connect to the primary server, as a user whose default_transaction_read_only is off.';
  }
  return undefined;
}
