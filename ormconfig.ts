import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { readSettings } from './src/config/settings.js';
import { databaseOptions } from './src/database/options.js';

/** For the TypeORM CLI, as in `npm run migration:generate`; it needs a DATABASE_URL. */
const { databaseUrl } = readSettings({ JWT_SECRET: 'x'.repeat(32), ...process.env });
if (!databaseUrl) throw new Error('DATABASE_URL must be set');

const entities = fileURLToPath(new URL('./src/*/entities/*.entity.js', import.meta.url));

export default new DataSource({
  ...(await databaseOptions({ url: databaseUrl, poolSize: 2 })),
  entities: [entities],
});
