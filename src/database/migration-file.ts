import type { DataSource } from 'typeorm';

/** The statements of a migration and of its reversal, each in the order in which they run. */
export interface MigrationSteps {
  up: Step[];
  down: Step[];
}

interface Step {
  query: string;
  parameters?: unknown[] | undefined;
}

/** @returns the steps from the schema of the database to that of the entities; empty when they match */
export async function missingSteps(dataSource: DataSource): Promise<MigrationSteps> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  return { up: upQueries, down: downQueries.toReversed() };
}

/**
 * @param name words with hyphens
 * @returns the class name; it ends with the timestamp, by which TypeORM orders migrations
 */
export function migrationClass(name: string, timestamp: number): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}${timestamp}`;
}

/** @returns a timestamp in milliseconds that is later than every existing migration */
export function nextTimestamp(classes: string[], now: number): number {
  const known = classes.map((name) => Number(/\d{13}$/.exec(name)?.[0] ?? 0));
  return Math.max(now, ...known.map((timestamp) => timestamp + 1));
}

/** @returns the source of a migration, formatted by Prettier */
export async function migrationSource(className: string, steps: MigrationSteps): Promise<string> {
  // A development dependency, which production does not install.
  const { format, resolveConfig } = await import('prettier');
  const source = `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    ${steps.up.map(statement).join('\n')}
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    ${steps.down.map(statement).join('\n')}
  }
}
`;
  const config = await resolveConfig('migrations/migration.ts');
  return format(source, { ...config, parser: 'typescript' });
}

function statement({ query, parameters }: Step): string {
  const args = [query, ...(parameters?.length ? [parameters] : [])];
  return `await queryRunner.query(${args.map((arg) => JSON.stringify(arg)).join(', ')});`;
}
