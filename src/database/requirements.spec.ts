import { unmetRequirement } from './requirements.js';

const USABLE = { version: 150_000, release: '15.0', encoding: 'UTF8', is_read_only: false };

/** What is said of a database that describes itself so. */
function problemOf(found: Partial<typeof USABLE>, forWriting = true): Promise<string | undefined> {
  const query = <Rows>() => Promise.resolve([{ ...USABLE, ...found }] as Rows);
  return unmetRequirement({ query }, { forWriting });
}

it('PostgreSQL 15 with UTF8, open for writing, is all that is required', async () => {
  expect(await problemOf({})).toBeUndefined();
});

it('PostgreSQL 14 is refused with its version and the oldest one that serves', async () => {
  expect(await problemOf({ version: 140_020, release: '14.20 (Debian 14.20-1)' })).toBe(
    'its version is PostgreSQL 14.20 (Debian 14.20-1). Use PostgreSQL 15 or newer.',
  );
});

it('a database of another encoding is refused with the encoding that serves', async () => {
  expect(await problemOf({ encoding: 'EUC_KR' })).toBe(
    "its encoding is EUC_KR. Create one with ENCODING 'UTF8'.",
  );
});

it('a database that can only be read is refused for writing', async () => {
  expect(await problemOf({ is_read_only: true })).toMatch(
    /^it is read-only\. Connect to the primary/,
  );
});

it('a database that can only be read serves for reading', async () => {
  expect(await problemOf({ is_read_only: true }, false)).toBeUndefined();
});
