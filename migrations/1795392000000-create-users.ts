import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1795392000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Every column that a plain INSERT may leave out has a default: tools put users in by SQL.
    await queryRunner.query(`
      CREATE TABLE users (
        id SERIAL PRIMARY KEY,
        username VARCHAR(50) NOT NULL UNIQUE,
        email VARCHAR(254) NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        locale VARCHAR(5) NOT NULL DEFAULT 'ko',
        -- Unix seconds; a token whose iat is below it is void. 0: nothing was voided yet.
        tokens_void_before BIGINT NOT NULL DEFAULT 0,
        created_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now()),
        CONSTRAINT users_locale_check CHECK (locale IN ('ko', 'en'))
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE users');
  }
}
