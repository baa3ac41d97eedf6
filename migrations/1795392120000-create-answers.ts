import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAnswers1795392120000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE answer (
        id SERIAL PRIMARY KEY,
        question_id INTEGER NOT NULL REFERENCES question (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES users (id),
        content TEXT NOT NULL,
        created_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now()),
        updated_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now())
      )`);
    await queryRunner.query('CREATE INDEX ix_answer_question ON answer (question_id)');
    await queryRunner.query(`
      CREATE TABLE answer_voter (
        answer_id INTEGER NOT NULL REFERENCES answer (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES users (id),
        PRIMARY KEY (answer_id, user_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE answer_voter');
    await queryRunner.query('DROP TABLE answer');
  }
}
