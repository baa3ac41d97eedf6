/** Tables of a kind of post. Names come from the code, never from a request. */
export interface PostTables {
  /** Holds id, user_id, content, created_at, updated_at. */
  posts: 'question' | 'answer';
  /** Holds the column `postId` and user_id. */
  votes: 'question_voter' | 'answer_voter';
  postId: 'question_id' | 'answer_id';
}

export const QUESTION_TABLES: PostTables = {
  posts: 'question',
  votes: 'question_voter',
  postId: 'question_id',
};

export const ANSWER_TABLES: PostTables = {
  posts: 'answer',
  votes: 'answer_voter',
  postId: 'answer_id',
};

/**
 * Select list of a PostDto, for a post aliased `p` joined with its author aliased `author`.
 * @param viewer placeholder of the one who asks, `$1` say; its value may be null
 */
export function postColumns({ votes, postId }: PostTables, viewer: string): string {
  return `p.id, p.content,
    json_build_object('id', author.id, 'username', author.username) AS author,
    (SELECT count(*)::int FROM ${votes} v WHERE v.${postId} = p.id) AS vote_count,
    EXISTS (SELECT FROM ${votes} v WHERE v.${postId} = p.id AND v.user_id = ${viewer}::int) AS voted,
    p.created_at, p.updated_at`;
}
