import { query } from './database.mjs';

const COLUMNS = {
  username: "'p' || g || '_' || $1",
  email: "'p' || g || '_' || $1 || '@example.test'",
  password_hash: "'x'",
};

let boards = 0;

/**
 * Users and questions made for one run: no vote of an earlier one is in the way. Ids are counted on
 * from the first; user n, from zero, is the author of question n.
 */
export class Board {
  constructor(plain) {
    /** @type {{ tag: string, users: number, firstUser: number, firstQuestion: number }} */
    this.plain = plain;
  }

  /** For a server without tables: it takes the number of a question for that of its author. */
  static imagined({ users, questions }) {
    return new Board({ tag: 'x', users, questions, firstUser: 1, firstQuestion: 1 });
  }

  static async fill(url, { users, questions }) {
    boards += 1;
    const tag = `${process.pid}${boards}`;
    const firstUser = await fillUsers(url, users, tag);
    const firstQuestion = questions > 0 ? await fillQuestions(url, questions, firstUser) : 0;
    await query(url, 'ANALYZE users, question');
    return new Board({ tag, users, questions, firstUser, firstQuestion });
  }

  /** How many notifications about its questions are stored. */
  async stored(url) {
    const { firstQuestion, questions } = this.plain;
    const [{ count }] = await query(
      url,
      `SELECT count(*)::int AS count FROM notification WHERE resource_id BETWEEN $1 AND $2`,
      [firstQuestion, firstQuestion + questions - 1],
    );
    return count;
  }
}

async function fillUsers(url, count, tag) {
  const found = await query(
    url,
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'users'`,
  );
  const names = Object.keys(COLUMNS).filter((name) => found.some((column) => column.name === name));
  return firstOf(
    await query(
      url,
      `INSERT INTO users (${names.join(', ')})
       SELECT ${names.map((name) => COLUMNS[name]).join(', ')} FROM generate_series(0, $2 - 1) g
       RETURNING id`,
      [tag, count],
    ),
  );
}

async function fillQuestions(url, count, firstUser) {
  return firstOf(
    await query(
      url,
      `INSERT INTO question (user_id, subject, content)
       SELECT $1::int + g, 'Question ' || g, 'What is the answer to it?'
       FROM generate_series(0, $2::int - 1) g RETURNING id`,
      [firstUser, count],
    ),
  );
}

function firstOf(rows) {
  const [{ id: first }] = rows;
  if (rows.some(({ id }, index) => id !== first + index)) throw new Error('Ids are not in a row');
  return first;
}
