/**
 * What the runtime could do at best: bare node:http and pg, one statement a vote, notifications
 * inserted in batches. No framework, no validation but the token, no counts, no outbox, no replay.
 */
import http from 'node:http';
import pg from 'pg';
import { Streams } from '../streams.mjs';
import { holderOf, tokenIn } from '../token.mjs';
import { Notifier } from './notifier.mjs';
import { TABLES } from './tables.mjs';

const VOTE = `
  WITH voted_for AS (SELECT user_id FROM question WHERE id = $1),
  cast_now AS (
    INSERT INTO question_voter (question_id, user_id)
    SELECT $1, $2 FROM voted_for ON CONFLICT DO NOTHING RETURNING 1)
  SELECT user_id AS author_id, EXISTS (SELECT FROM cast_now) AS is_new,
    (SELECT count(*)::int FROM question_voter WHERE question_id = $1) AS before
  FROM voted_for`;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(TABLES);
const streams = new Streams();
const notifier = new Notifier(pool, streams);

async function vote(questionId, voter) {
  const values = [questionId, voter.id];
  const { rows } = await pool.query({ name: 'vote', text: VOTE, values });
  if (rows.length === 0) return undefined;
  const [{ author_id: userId, is_new: isNew, before }] = rows;
  if (isNew && userId !== voter.id) {
    notifier.send({ userId, actorId: voter.id, actor: voter.username, questionId });
  }
  return { question_id: questionId, vote_count: before + Number(isNew), voted: true };
}

async function ask(user, request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  const { subject, content } = JSON.parse(text);
  const { rows } = await pool.query({
    name: 'ask',
    text: 'INSERT INTO question (user_id, subject, content) VALUES ($1, $2, $3) RETURNING id',
    values: [user.id, subject, content],
  });
  return { id: rows[0].id, subject, content };
}

function reply(response, status, value) {
  const body = JSON.stringify(value ?? {});
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

async function serve(request, response) {
  if (request.url.startsWith('/api/notification/stream')) {
    streams.open(holderOf(tokenIn(request.url)).id, request, response);
    return;
  }
  const user = holderOf(request.headers.authorization?.slice('Bearer '.length) ?? '');
  const voted = /^\/api\/question\/(\d+)\/vote$/.exec(request.url);
  if (voted) {
    const state = await vote(Number(voted[1]), user);
    reply(response, state ? 200 : 404, state);
  } else if (request.url === '/api/question') {
    reply(response, 201, await ask(user, request));
  } else {
    reply(response, 404);
  }
}

http
  .createServer((request, response) => {
    serve(request, response).catch((error) => reply(response, 500, { message: String(error) }));
  })
  .listen(Number(process.env.PORT));
