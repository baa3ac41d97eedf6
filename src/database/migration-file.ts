import type { DataSource } from 'typeorm';

/** What a migration does, and what takes it back, each in the order in which it runs. */
export interface MigrationSteps {
  up: Step[];
  down: Step[];
}

interface Step {
  query: string;
  parameters?: unknown[] | undefined;
}

/** What makes the tables of a database those of the entities; no step at all: they are. */
export async function missingSteps(dataSource: DataSource): Promise<MigrationSteps> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  return { up: upQueries, down: downQueries.toReversed() };
}

/** @param name words with hyphens; @returns what TypeORM orders migrations by is at the end */
export function migrationClass(name: string, timestamp: number): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}${timestamp}`;
}

/** A time in milliseconds at which a new migration comes after all that there are. */
export function nextTimestamp(classes: string[], now: number): number {
  const known = classes.map((name) => Number(/\d{13}$/.exec(name)?.[0] ?? 0));
  return Math.max(now, ...known.map((timestamp) => timestamp + 1));
}

/** The source of a migration, formatted as the project's lint demands it. */
export async function migrationSource(className: string, steps: MigrationSteps): Promise<string> {
  // A tool of development, which production does not have.
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
