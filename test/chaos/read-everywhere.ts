import { Board, type Person } from '../support/board.js';
import { JWT_SECRET } from '../support/server-process.js';
import { until } from '../support/until.js';
import type { LoadGenerator } from './load-generator.js';
import type { Site } from './site.js';
import type { Tab } from './tab.js';
import type { ServerUnderTest } from './server-under-test.js';

/** Milliseconds in which a tab must be shown it: a sweep is due every five seconds at most. */
const TIMEOUT_MS = 20_000;

/** @returns how many streams it holds */
export async function streamsOf({ ownUrl }: ServerUnderTest): Promise<number> {
  const metrics = await (await fetch(`${ownUrl}/metrics`)).text();
  return Number(/^qna_sse_streams (\d+)$/m.exec(metrics)?.[1]);
}

/**
 * Whoever has several tabs gets something, and reads it, on each of the servers in turn. All is well
 * meanwhile, so that no tab has to come back for it.
 * @returns where a tab was not shown that it was read
 */
export async function readEverywhere(site: Site, load: LoadGenerator): Promise<string[]> {
  const people = load.people.filter((person) => tabsOf(load, person).length > 1);
  const missing: string[] = [];
  for (const [index, { ownUrl }] of site.servers.entries()) {
    const board = new Board(ownUrl, JWT_SECRET, site.database);
    const actor = await board.person();
    await Promise.all(
      people.map(async (person) => {
        await board.voteForQuestion(actor, await board.ask(person));
        const tabs = tabsOf(load, person);
        await until(async () => (await board.list(person)).unread_count > 0, TIMEOUT_MS);
        const path = '/api/notification/read-all';
        const { rev } = await board.must<{ rev: number }>('PUT', path, { as: person });
        // A tab that was behind receives one event for all that was read, with the current rev.
        const isShown = ({ readRevs }: Tab): boolean => readRevs.some((shown) => shown >= rev);
        await until(() => tabs.every(isShown), TIMEOUT_MS).catch(() => undefined);
        const without = tabs.filter((tab) => !isShown(tab)).length;
        if (without > 0) {
          missing.push(`${without} of ${tabs.length} tabs of ${person.username}, read on ${index}`);
        }
      }),
    );
  }
  return missing;
}

function tabsOf({ tabs }: LoadGenerator, person: Person): Tab[] {
  return tabs.filter((one) => one.person === person).map(({ tab }) => tab);
}
