import { setTimeout } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AnswerService } from '../answer/answer.service.js';
import { SettingsError } from '../config/settings.js';
import { violatedConstraint } from '../database/failures.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { InboxReader } from '../notification/inbox/inbox.reader.js';
import { ReadMarker } from '../notification/inbox/read-marker.js';
import { QuestionService } from '../question/question.service.js';
import { Passwords } from '../user/passwords.js';
import {
  DEMO_LOCALES,
  DEMO_NAMES,
  DEMO_PASSWORD,
  DEMO_QUESTIONS,
  type DemoName,
} from './demo-data.js';

/**
 * In place of a password hash while the demo data is incomplete. Nobody can log in with it, so nobody
 * has used what a later run completes.
 */
const INCOMPLETE = 'the demo data is incomplete';

const DELIVERY_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
const MAX_LISTED = 100;

type Ids = Record<DemoName, number>;

/** Creates the demo data through the services of the application, so that it is notified of like any other. */
export class DemoSeeder {
  private readonly database: DataSource;
  private readonly questions: QuestionService;
  private readonly answers: AnswerService;
  private readonly inbox: InboxReader;
  private readonly marker: ReadMarker;

  constructor(private readonly app: INestApplicationContext) {
    this.database = app.get(DataSource);
    this.questions = app.get(QuestionService, { strict: false });
    this.answers = app.get(AnswerService, { strict: false });
    this.inbox = app.get(InboxReader, { strict: false });
    this.marker = app.get(ReadMarker, { strict: false });
  }

  /** No account at all, or an incomplete seed beside whatever came since. */
  async isEmptyOrIncomplete(): Promise<boolean> {
    const [found]: { is_empty: boolean; is_incomplete: boolean }[] = await this.database.query(
      `SELECT NOT EXISTS (SELECT FROM users) AS is_empty,
         EXISTS (SELECT FROM users WHERE username = ANY ($1) AND password_hash = $2) AS is_incomplete`,
      [DEMO_NAMES, INCOMPLETE],
    );
    return found!.is_empty || found!.is_incomplete;
  }

  /** The demo names that somebody can log in with. */
  async takenNames(): Promise<string[]> {
    const rows: { username: string }[] = await this.database.query(
      'SELECT username FROM users WHERE username = ANY ($1) AND password_hash <> $2 ORDER BY id',
      [DEMO_NAMES, INCOMPLETE],
    );
    return rows.map(({ username }) => username);
  }

  /**
   * Creates what is missing; what an interrupted run left is completed.
   * @throws {SettingsError} an address is taken
   * @throws {Error} the notifications were not stored in time
   */
  async run(): Promise<void> {
    const ids = await this.createAccounts();
    for (const question of DEMO_QUESTIONS) {
      const id = await this.ensureQuestion(ids[question.author], question);
      for (const voter of question.voters) await this.questions.vote(id, asUser(ids[voter]));
      for (const { author, content, voters } of question.answers) {
        const answerId = await this.ensureAnswer(id, ids[author], content);
        for (const voter of voters) await this.answers.vote(answerId, asUser(ids[voter]));
      }
    }
    for (const name of DEMO_NAMES) await this.readOlderHalf(ids[name], expectedNotifications(name));
    await this.openAccounts();
  }

  private async createAccounts(): Promise<Ids> {
    const inserted = this.database.query(
      `INSERT INTO users (username, email, password_hash, locale)
       SELECT name, name || '@demo.example', $2, $3::jsonb ->> name FROM unnest($1::text[]) AS name
       ON CONFLICT (username) DO NOTHING`,
      [DEMO_NAMES, INCOMPLETE, JSON.stringify(DEMO_LOCALES)],
    );
    await inserted.catch((error: unknown) => {
      if (violatedConstraint(error) !== 'users_email_key') throw error;
      throw new SettingsError([
        'Nothing was created: another account has the e-mail address of a demo account (@demo.example).',
      ]);
    });
    const rows: { id: number; username: DemoName }[] = await this.database.query(
      'SELECT id, username FROM users WHERE username = ANY ($1)',
      [DEMO_NAMES],
    );
    return Object.fromEntries(rows.map(({ id, username }) => [username, id])) as Ids;
  }

  private async openAccounts(): Promise<void> {
    const passwordHash = await this.app.get(Passwords, { strict: false }).hash(DEMO_PASSWORD);
    await this.database.query('UPDATE users SET password_hash = $1 WHERE password_hash = $2', [
      passwordHash,
      INCOMPLETE,
    ]);
  }

  private async ensureQuestion(
    authorId: number,
    { subject, content }: { subject: string; content: string },
  ): Promise<number> {
    const [found]: { id: number }[] = await this.database.query(
      'SELECT id FROM question WHERE user_id = $1 AND subject = $2',
      [authorId, subject],
    );
    return (found ?? (await this.questions.create({ subject, content }, asUser(authorId)))).id;
  }

  private async ensureAnswer(
    questionId: number,
    authorId: number,
    content: string,
  ): Promise<number> {
    const [found]: { id: number }[] = await this.database.query(
      'SELECT id FROM answer WHERE question_id = $1 AND user_id = $2',
      [questionId, authorId],
    );
    return (found ?? (await this.answers.create(questionId, { content }, asUser(authorId)))).id;
  }

  private async readOlderHalf(userId: number, expected: number): Promise<void> {
    const deadline = performance.now() + DELIVERY_TIMEOUT_MS;
    for (;;) {
      const { notifications } = await this.inbox.list(userId, { page: 0, size: MAX_LISTED });
      if (notifications.length >= expected) {
        const older = notifications.slice(Math.floor(notifications.length / 2));
        await this.marker.markRead(
          userId,
          older.map(({ id }) => id),
        );
        return;
      }
      if (performance.now() > deadline) {
        throw new Error(
          `Only ${notifications.length} of ${expected} demo notifications were stored within ` +
            `${DELIVERY_TIMEOUT_MS / 1000} s. Run npm run seed again: it completes what is missing.`,
        );
      }
      await setTimeout(POLL_INTERVAL_MS);
    }
  }
}

/** One for each vote for and each answer to what they wrote. */
function expectedNotifications(name: DemoName): number {
  return DEMO_QUESTIONS.flatMap(({ author, voters, answers }) => [
    ...(author === name ? [...voters, ...answers] : []),
    ...answers.flatMap((answer) => (answer.author === name ? answer.voters : [])),
  ]).length;
}

/** Services look at the id alone; nobody has logged in. */
function asUser(id: number): CurrentUser {
  return { id, token: { issuedAt: 0, expiresAt: 0, authenticatedAt: 0 } };
}
