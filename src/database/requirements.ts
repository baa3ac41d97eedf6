import type { DataSource } from 'typeorm';

/** As `server_version_num` says it. */
const OLDEST_VERSION = 150_000;

/**
 * What the database lacks to be used by this program, and what to do about it; undefined: nothing.
 * @param use.forWriting also that it can be written to
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
    return `it is of PostgreSQL ${release}. Use PostgreSQL 15 or newer.`;
  }
  if (encoding !== 'UTF8') {
    return `its encoding is ${encoding}. Create one with ENCODING 'UTF8'.`;
  }
  if (use.forWriting && isReadOnly) {
    return 'it can only be read. Name the primary server and not a standby, and a user whose default_transaction_read_only is off.';
  }
  return undefined;
}
