import { DataSource } from 'typeorm';
import { readToolSettings, SettingsError } from './src/config/settings.js';
import { ENTITY_FILES } from './src/database/entity-files.js';
import { databaseOptions } from './src/database/options.js';

/** For the commands of the TypeORM CLI that the project has none of its own for. */
const { databaseUrl } = readToolSettings(process.env);
if (!databaseUrl) throw new SettingsError(['DATABASE_URL must be set']);

export default new DataSource({
  ...(await databaseOptions({ url: databaseUrl, poolSize: 2 })),
  entities: [ENTITY_FILES],
});
