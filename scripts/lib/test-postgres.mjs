/** @type {{ stop: () => Promise<void> } | undefined} */
let server;

/** Starts the PostgreSQL that all tests share from now on, unless TEST_DATABASE_URL names one. */
export async function startTestPostgres() {
  if (process.env.TEST_DATABASE_URL) return;
  // It is part of what is built.
  const { startThrowAwayPostgres } = await import('../../test/support/throw-away-postgres.mjs');
  const { url, stop } = await startThrowAwayPostgres();
  server = { stop };
  process.env.TEST_DATABASE_URL = url;
}

/** Stops it, if it was started; what the tests have left in it is gone. */
export async function stopTestPostgres() {
  await server?.stop();
}
