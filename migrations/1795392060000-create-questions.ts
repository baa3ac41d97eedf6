import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateQuestions1795392060000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE question (
        id SERIAL PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES users (id),
        subject VARCHAR(200) NOT NULL,
        content TEXT NOT NULL,
        created_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now()),
        updated_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now())
      )`);
    await queryRunner.query(`
      CREATE TABLE question_voter (
        question_id INTEGER NOT NULL REFERENCES question (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES users (id),
        PRIMARY KEY (question_id, user_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE question_voter');
    await queryRunner.query('DROP TABLE question');
  }
}
