import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings, SettingsError } from './settings.js';

/** Beside the working directory: the data of the embedded database, and the secret made up for it. */
const DATA_FOLDER = '.data';

/**
 * The settings, with what they leave open provided: an embedded PostgreSQL and a random
 * secret that stays the same between runs. In production both must be given.
 * @returns `release` stops what was started for it
 * @throws {SettingsError} what is open cannot be provided
 */
export async function provideSettings(
  settings: Settings,
): Promise<{ settings: Settings; release: () => Promise<void> }> {
  const jwtSecret = settings.jwtSecret ?? (await keptSecret().catch(notKept));
  if (settings.databaseUrl) {
    return { settings: { ...settings, jwtSecret }, release: () => Promise.resolve() };
  }
  const database = await startDatabase().catch((error: Error) => {
    throw new SettingsError([
      `DATABASE_URL is not set, and the embedded PostgreSQL cannot be used: ${error.message}`,
    ]);
  });
  return {
    settings: { ...settings, jwtSecret, databaseUrl: database.url },
    release: () => database.stop(),
  };
}

/** The production image does not contain this module, so it is imported when it is needed. */
async function startDatabase() {
  const { startEmbeddedPostgres } = await import('../embedded-postgres/embedded-postgres.js').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      throw new Error('this build does not contain it. Set DATABASE_URL.');
    },
  );
  return startEmbeddedPostgres({ folder: DATA_FOLDER });
}

function notKept(error: unknown): never {
  if (error instanceof SettingsError) throw error;
  throw new SettingsError([
    `JWT_SECRET is not set, and a random one cannot be kept: ${(error as Error).message}`,
  ]);
}

async function keptSecret(): Promise<string> {
  const file = join(DATA_FOLDER, 'jwt-secret');
  await mkdir(DATA_FOLDER, { recursive: true });
  const draft = `${file}-${randomUUID()}`;
  await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600 });
  try {
    // Whoever comes first makes it, whole: everybody then reads the same.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  const secret = await readFile(file, 'utf8');
  if (secret.length < 32) throw new SettingsError([`${file} is damaged: delete it`]);
  return secret;
}
