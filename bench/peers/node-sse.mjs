/** The least a stream can cost: a response kept open, and a frame written to it. No database. */
import http from 'node:http';
import { Streams } from './streams.mjs';
import { holderOf, tokenIn } from './token.mjs';

const streams = new Streams();
let pushed = 0;

function vote(questionId, username) {
  pushed += 1;
  // The number of a question is that of its author here.
  streams.push(questionId, {
    id: pushed,
    actor_username: username,
    event_type: 'question.voted',
    resource_type: 'question',
    resource_id: questionId,
    message: `${username}님이 회원님의 질문에 투표했습니다.`,
    is_read: false,
    created_at: new Date(),
    unread_count: pushed,
    rev: pushed,
  });
}

const server = http.createServer((request, response) => {
  try {
    if (request.url.startsWith('/api/notification/stream')) {
      streams.open(holderOf(tokenIn(request.url)).id, request, response);
      return;
    }
    const { username } = holderOf(request.headers.authorization?.slice(7) ?? '');
    const questionId = Number(/^\/api\/question\/(\d+)\/vote$/.exec(request.url)[1]);
    vote(questionId, username);
    const body = JSON.stringify({ question_id: questionId, vote_count: 1, voted: true });
    response.writeHead(200, { 'Content-Length': body.length }).end(body);
  } catch {
    response.writeHead(400, { 'Content-Length': 0 }).end();
  }
});
server.listen(Number(process.env.PORT));
