/** A promise broken on purpose, from outside: the text of a built file is another when it is loaded. */
export interface Mutation {
  /** What the server does no longer, or does instead. */
  title: string;
  /** File below `dist/src`, and what to replace in it. Undefined: see {@link Mutation.sql}. */
  rewrite?: { file: string; from: RegExp; to: string };
  /** What to do to the database instead. */
  sql?: string;
  /** Which of the trials it must not pass. */
  trial: 'killed' | 'unannounced';
  /** What must be found, so that it is not caught for some other reason. */
  finding: 'lost' | 'double' | 'outOfOrder';
}

/** What a server says whose text is not what a mutation expects. */
export const MUTATION_FAILED = 'The mutation does not fit';

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
  'row-deleted-first': {
    title: 'the row deleted before the listeners ran',
    rewrite: {
      file: 'outbox/event-relay.js',
      from: /await this\.emitter\.emitAsync\(/,
      to: 'await this.outbox.remove(id); await this.emitter.emitAsync(',
    },
    trial: 'killed',
    finding: 'lost',
  },
  'no-uniqueness': {
    title: 'no uniqueness',
    rewrite: {
      file: 'notification/notification.listener.js',
      from: /this\.notifications\.notify\(\{ \.\.\.told,/,
      to: 'this.notifications.notify({ ...told, key: `${told.key}:${Math.random()}`,',
    },
    trial: 'killed',
    finding: 'double',
  },
  'head-as-id': {
    title: 'heartbeat with the head as id',
    rewrite: {
      file: 'notification/notification-stream.controller.js',
      from: /map\(\(\) => frame\('heartbeat', userId, follower\)\)/,
      to: `concatMap(async () => frame('heartbeat', userId, { position: String(
        (await follower.history.since(userId, undefined, 0)).head.seq) }))`,
    },
    trial: 'unannounced',
    finding: 'outOfOrder',
  },
  'no-sweep': {
    title: 'no sweep of heads',
    rewrite: {
      file: 'notification/notification.sweep.js',
      from: /async sweep\(\) \{/,
      to: 'async sweep() { return;',
    },
    trial: 'unannounced',
    finding: 'lost',
  },
};
