import { migrationClass, migrationSource, nextTimestamp } from './migration-file.js';

it('the class of a migration is named by its words and its time', () => {
  expect(migrationClass('add-photo2-of-user', 1_795_392_000_000)).toBe(
    'AddPhoto2OfUser1795392000000',
  );
});

it('a migration has the time at which it is generated', () => {
  expect(nextTimestamp(['A1795392000000'], 1_795_392_000_005)).toBe(1_795_392_000_005);
});

it('a migration comes after those whose time has not come yet', () => {
  const classes = ['A1795392000009', 'B1795392000000'];
  expect(nextTimestamp(classes, 1_795_392_000_005)).toBe(1_795_392_000_010);
});

it('a migration holds its statements and their parameters, formatted as the project is', async () => {
  const steps = {
    up: [
      { query: `ALTER TABLE "a" ADD "b" text DEFAULT 'c'` },
      { query: 'SELECT $1', parameters: ['d'] },
    ],
    down: [{ query: 'ALTER TABLE a DROP b', parameters: [] }],
  };
  expect(await migrationSource('A1795392000000', steps)).toBe(`\
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class A1795392000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "a" ADD "b" text DEFAULT \\'c\\'');
    await queryRunner.query('SELECT $1', ['d']);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE a DROP b');
  }
}
`);
});
