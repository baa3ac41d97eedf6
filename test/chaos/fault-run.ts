import type { PostgresProcess } from '../support/postgres-process.js';
import { audit, type Findings } from './audit.js';
import { LoadGenerator } from './load-generator.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { type InjectedFaults, FaultInjector } from './fault-injector.js';
import { settle } from './settle.js';
import { Site } from './site.js';

/** 100 tabs of 50 people. */
const LOAD = { tabs: [25, 15, 5, 0, 0, 5], voters: 20, readers: 8, questions: 200, paceMs: 0 };
/** Seconds in which everything has to arrive once all is up again. */
const SETTLE_SECONDS = 40;

export interface Outcome {
  findings: Findings;
  /** What servers did that nobody made them do. */
  failures: string[];
  injected: InjectedFaults;
  figures: Record<string, number>;
}

/** Everything at once: the load goes on while a injector rages, and in the end all adds up. */
export async function faultRun(
  { seed, seconds }: Options,
  postgres: PostgresProcess,
): Promise<Outcome> {
  const random = new Random(seed);
  const site = await Site.open(postgres, {});
  const injector = new FaultInjector(site, postgres, random);
  const load = await LoadGenerator.gather(site, { ...LOAD, seconds: seconds * 3 + 600 }, random);
  try {
    await injector.run(seconds);
    injector.cutAtTheEnd();
    await load.rest();
    await settle(load, site, SETTLE_SECONDS);
    const findings = await audit(load, site.database);
    return {
      findings,
      failures: site.failures,
      injected: injector.injected,
      figures: figuresOf(load),
    };
  } finally {
    load.leave();
    await site.close();
  }
}

export function figuresOf({ ledger, tabs }: LoadGenerator): Record<string, number> {
  const delays = tabs
    .flatMap(({ tab }) => tab.shown)
    // Answers to one question by one person have the same cause.
    .filter(({ cause }) => cause.includes('.voted') && ledger.answered.has(cause))
    .map(({ cause, at }) => Math.max(0, at - ledger.answered.get(cause)!))
    .sort((a, b) => a - b);
  return {
    votes: ledger.votes,
    takenBack: ledger.takenBack,
    answers: ledger.answers.length,
    read: ledger.read,
    refused: ledger.refused.length,
    shown: tabs.reduce((sum, { tab }) => sum + tab.shown.length, 0),
    reconnects: tabs.reduce((sum, { tab }) => sum + tab.connections - 1, 0),
    usualMs: Math.round(delays[Math.floor(delays.length / 2)] ?? 0),
    worstMs: Math.round(delays.at(-1) ?? 0),
  };
}
