/** How a server begins to say that its text is not what a mutation expects. */
export const MUTATION_FAILED = 'The mutation does not fit';

/** A promise broken on purpose, from outside: the text of a built file is another when it is loaded. */
export interface Mutation {
  /** What the server does no longer, or does instead. */
  title: string;
  /** File below `dist/src`, and what to replace in it. Undefined: see {@link Mutation.sql}. */
  rewrite?: { file: string; from: RegExp; to: string };
  /** What to do to the database instead. */
  sql?: string;
  /** Which of the trials it must not pass. */
  trial: 'killed' | 'unannounced' | 'undelivered';
  /** What must be found, so that it is not caught for some other reason. */
  finding: 'lost' | 'double' | 'outOfOrder' | 'miscounted';
}

const NO_SWEEP = {
  file: 'notification/stream/stream.sweep.js',
  from: /async sweep\(\) \{/,
  to: 'async sweep() { return;',
};

export const MUTATIONS: Record<string, Mutation> = {
  'no-outbox-row': {
    title: 'no outbox row',
    // Nothing is left of the row when its statement ends, and yet the server believes it is there.
    sql: `
      CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN DELETE FROM outbox WHERE id = NEW.id; RETURN NULL; END $$;
      CREATE TRIGGER forget AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION forget()`,
    trial: 'killed',
    finding: 'lost',
  },
  'no-vote-count': {
    title: 'no trigger that counts votes',
    sql: 'ALTER TABLE question_voter DISABLE TRIGGER count_inserted',
    trial: 'killed',
    finding: 'miscounted',
  },
  'row-deleted-first': {
    title: 'the row deleted before the listeners ran',
    rewrite: {
      file: 'outbox/event-relay.js',
      from: /await this\.listeners\.notify\(/,
      to: 'await this.outbox.complete(stored.id); await this.listeners.notify(',
    },
    trial: 'killed',
    finding: 'lost',
  },
  'no-uniqueness': {
    title: 'no uniqueness',
    rewrite: {
      file: 'notification/inbox/inbox.writer.js',
      from: /async notify\((\w+)\) \{/,
      to: 'async notify($1) { $1 = { ...$1, key: `${$1.key}:${Math.random()}` };',
    },
    trial: 'killed',
    finding: 'double',
  },
  'newest-cursor-as-id': {
    title: 'heartbeat with the newest cursor as id',
    rewrite: {
      file: 'notification/stream/open-stream.js',
      from: /this\.send\(output, \{ type: 'heartbeat', data: '\{\}' \}\)/,
      to: `void this.services.history.since(this.userId, undefined, 0).then(({ counters }) =>
        output.next({ type: 'heartbeat', data: '{}', id: String(counters.seq) }))`,
    },
    trial: 'unannounced',
    finding: 'outOfOrder',
  },
  'no-sweep': {
    title: 'no sweep',
    rewrite: NO_SWEEP,
    trial: 'unannounced',
    finding: 'lost',
  },
  'no-sweep-undelivered': {
    title: 'no sweep, and what Redis was to carry is lost',
    rewrite: NO_SWEEP,
    trial: 'undelivered',
    finding: 'lost',
  },
};

/**
 * What the file is loaded as instead.
 * @throws {Error} its text is not what the mutation expects, once
 */
export function mutate(name: string, source: string): string {
  const { file, from, to } = MUTATIONS[name]!.rewrite!;
  const places = source.match(new RegExp(from, 'g')) ?? [];
  if (places.length !== 1) {
    throw new Error(`${MUTATION_FAILED}: ${name} expects ${String(from)} once in ${file}`);
  }
  return source.replace(from, to);
}
