import type { TestDatabase } from '../support/database.js';
import type { LoadGenerator } from './load-generator.js';
import { type Inbox, readProgress, readTables, type Tables } from './tables.js';

/** What was found, by the promise that was broken; each list is empty when all were kept. */
export interface Findings {
  /** Votes and answers that were answered with a success and are not in the database. */
  forgotten: string[];
  /** What somebody should have been notified of, or shown in a tab, and was not. */
  lost: string[];
  /** What somebody was notified of, or shown in a tab, more than once. */
  double: string[];
  /** Notifications of what nobody did. */
  invented: string[];
  outOfOrder: string[];
  revWentBack: string[];
  /** Counts that differ from what the rows say. */
  miscounted: string[];
  refused: string[];
  /** Answers that were neither a success nor a 503. */
  wrongAnswers: string[];
  /** Events that are still in the outbox. */
  leftOver: string[];
}

const NOTHING: Inbox = { userId: 0, total: 0, unread: 0, rev: 0 };

/** Compares what was done with what is stored, and what is stored with what was shown. */
export async function audit(load: LoadGenerator, database: TestDatabase): Promise<Findings> {
  const tables = await readTables(database);
  const failures = load.tabs.map(({ tab }) => tab.failures);
  const findings: Findings = {
    forgotten: forgotten(load, tables),
    lost: [],
    double: [],
    invented: [],
    outOfOrder: [...failures.flatMap(({ outOfOrder }) => outOfOrder), ...disordered(tables)],
    revWentBack: failures.flatMap(({ revWentBack }) => revWentBack),
    miscounted: [...(await miscounted(load, tables)), ...tables.wrongVoteCounts],
    refused: failures.flatMap(({ refused }) => refused),
    wrongAnswers: load.ledger.failures,
    leftOver: tables.outbox,
  };
  compareCauses(load, tables, findings);
  compareTabs(load, tables, findings);
  return findings;
}

/** Whether there is nothing to wait for: no event under way, and every tab where its user's inbox is. */
export async function isSettled(load: LoadGenerator, database: TestDatabase): Promise<boolean> {
  const { inboxes, underWay } = await readProgress(database);
  return (
    underWay === 0 &&
    load.tabs.every(({ tab, person }) => {
      const { total, rev } = inboxes.get(person.id) ?? NOTHING;
      return tab.seq >= total && tab.pair.rev >= rev;
    })
  );
}

function forgotten({ ledger }: LoadGenerator, { votes, answers }: Tables): string[] {
  const standings = [...ledger.standings].filter(
    ([key, { voted }]) => voted !== undefined && voted !== votes.has(key),
  );
  const missing = ledger.answers.filter((id) => !answers.has(id));
  return [...standings.map(([key]) => key), ...missing.map((id) => `answer ${id}`)];
}

/** For each user ids and cursors must rise together, 1, 2, 3… */
function disordered({ rows }: Tables): string[] {
  return rows
    .filter(({ userId, seq }, index) => {
      const before = rows[index - 1];
      return seq !== (before?.userId === userId ? before.seq : 0) + 1;
    })
    .map(({ id, seq }) => `row ${id} has ${seq}`);
}

function compareCauses(
  { ledger }: LoadGenerator,
  tables: Tables,
  { lost, double, invented }: Findings,
): void {
  const stored = countBy(tables.rows.map(({ cause }) => cause));
  for (const [cause, times] of tables.causes) {
    if ((stored.get(cause) ?? 0) < times) lost.push(`${cause} is not stored`);
  }
  for (const cause of ledger.answered.keys()) {
    // A vote that was taken back later leaves its notification.
    if (!stored.has(cause) && !tables.causes.has(cause)) lost.push(`${cause} is not stored`);
  }
  for (const [cause, times] of stored) {
    const isPossible = tables.causes.has(cause) || ledger.attempted.has(cause);
    if (!isPossible) invented.push(cause);
    else if (times > (tables.causes.get(cause) ?? 1))
      double.push(`${cause} is stored ${times} times`);
  }
}

function compareTabs(
  { tabs }: LoadGenerator,
  { rows }: Tables,
  { lost, double, invented }: Findings,
): void {
  for (const [index, { tab, person }] of tabs.entries()) {
    const shown = countBy(tab.shown.map(({ id }) => id));
    for (const { id } of rows.filter(({ userId }) => userId === person.id)) {
      const times = shown.get(id) ?? 0;
      if (times === 0) lost.push(`tab ${index} was not shown ${id}`);
      if (times > 1) double.push(`tab ${index} was shown ${id} ${times} times`);
      shown.delete(id);
    }
    for (const id of shown.keys()) invented.push(`tab ${index} was shown ${id}`);
  }
}

/** Inbox, list and tabs against what SQL counts. */
async function miscounted(load: LoadGenerator, { inboxes }: Tables): Promise<string[]> {
  const wrong: string[] = [];
  for (const person of load.people) {
    const { total, unread, rev } = inboxes.get(person.id) ?? NOTHING;
    const list = await load.list(person);
    const listed = [list.total, list.cursor, list.unread_count, list.rev].join();
    if (listed !== [total, total, unread, rev].join()) {
      wrong.push(
        `list of ${person.username}: ${listed} instead of ${total},${total},${unread},${rev}`,
      );
    }
    for (const { tab } of load.tabs.filter((one) => one.person === person)) {
      const { unread_count, rev: last } = tab.pair;
      if (unread_count !== unread || last !== rev) {
        wrong.push(
          `tab of ${person.username}: ${unread_count},${last} instead of ${unread},${rev}`,
        );
      }
    }
  }
  return wrong;
}

function countBy<T>(items: T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
