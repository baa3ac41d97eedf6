import { setTimeout as pause } from 'node:timers/promises';
import type { Board, Person } from '../support/board.js';
import { cause, type Ledger } from './ledger.js';
import type { KnownPost, Posts } from './posts.js';
import type { Random } from './random.js';
import { Requests } from './requests.js';

/** Somebody who votes, takes votes back and gives them again, answers and asks, one after the other. */
export class Voter {
  private readonly requests: Requests;
  private readonly voted: KnownPost[] = [];

  constructor(
    board: Board,
    private readonly person: Person,
    private readonly ledger: Ledger,
    private readonly posts: Posts,
    private readonly random: Random,
  ) {
    this.requests = new Requests(board, person, ledger);
  }

  async run(signal: AbortSignal, paceMs: number): Promise<void> {
    while (!signal.aborted) {
      await this.act();
      if (paceMs > 0) await pause(paceMs);
    }
  }

  private async act(): Promise<void> {
    const act = this.random.next();
    if (act < 0.02) await this.ask();
    else if (act < 0.12) await this.answer(this.posts.question(this.random));
    else if (act < 0.25 && this.voted.length > 0) await this.repeat(this.random.pick(this.voted));
    else await this.vote(this.posts.any(this.random));
  }

  private async ask(): Promise<void> {
    const body = { subject: 'And what of this?', content: 'I should like to know.' };
    const question = await this.requests.send<{ id: number }>('POST', '/api/question', body);
    if (question) this.posts.addQuestion(question.id, this.person.id);
  }

  private async answer({ id, authorId }: KnownPost): Promise<void> {
    const body = { content: 'It is like that.' };
    const path = `/api/question/${id}/answer`;
    const answer = await this.requests.send<{ id: number }>('POST', path, body);
    if (!answer) return;
    this.posts.addAnswer(answer.id, this.person.id);
    this.ledger.answers.push(answer.id);
    if (authorId !== this.person.id)
      this.ledger.succeed(this.causeOf('answer.created', id, authorId));
  }

  private async vote(post: KnownPost): Promise<void> {
    const expected = this.causeOf(`${post.kind}.voted`, post.id, post.authorId);
    const isOwn = post.authorId === this.person.id;
    if (!isOwn) this.ledger.attempted.add(expected);
    if (!(await this.cast('POST', post))) return;
    this.ledger.votes += 1;
    this.voted.push(post);
    if (!isOwn) this.ledger.succeed(expected);
  }

  private async repeat(post: KnownPost): Promise<void> {
    if (await this.cast('DELETE', post)) this.ledger.takenBack += 1;
    if (this.random.chance(0.8)) await this.vote(post);
  }

  private async cast(method: 'POST' | 'DELETE', { kind, id }: KnownPost): Promise<boolean> {
    const isDone = (await this.requests.send(method, `/api/${kind}/${id}/vote`)) !== undefined;
    const vote = { kind, postId: id, voterId: this.person.id };
    this.ledger.stand(vote, method === 'POST', isDone);
    return isDone;
  }

  private causeOf(eventType: string, resourceId: number, receiverId: number): string {
    return cause(receiverId, this.person.username, eventType, resourceId);
  }
}
