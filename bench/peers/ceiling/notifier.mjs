const INSERT = `
  INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id, message)
  SELECT n.user_id, n.actor_id, 'question.voted', 'question', n.question_id, n.message
  FROM unnest($1::int[], $2::int[], $3::int[], $4::text[])
    AS n (user_id, actor_id, question_id, message)
  RETURNING id, created_at`;

/** Stores notifications and pushes them. While one insert is under way, the next ones collect. */
export class Notifier {
  #pool;
  #streams;
  #waiting = [];
  #isWriting = false;

  constructor(pool, streams) {
    this.#pool = pool;
    this.#streams = streams;
  }

  /** @param {{ userId: number, actorId: number, actor: string, questionId: number }} vote */
  send(vote) {
    this.#waiting.push({ ...vote, message: `${vote.actor}님이 회원님의 질문에 투표했습니다.` });
    if (!this.#isWriting) void this.#write();
  }

  async #write() {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const { rows } = await this.#pool.query({
        name: 'notify',
        text: INSERT,
        values: [
          batch.map(({ userId }) => userId),
          batch.map(({ actorId }) => actorId),
          batch.map(({ questionId }) => questionId),
          batch.map(({ message }) => message),
        ],
      });
      batch.forEach((vote, index) => this.#push(vote, rows[index]));
    }
    this.#isWriting = false;
  }

  #push({ userId, actor, questionId, message }, { id, created_at }) {
    this.#streams.push(userId, {
      id,
      actor_username: actor,
      event_type: 'question.voted',
      resource_type: 'question',
      resource_id: questionId,
      message,
      is_read: false,
      created_at,
    });
  }
}
