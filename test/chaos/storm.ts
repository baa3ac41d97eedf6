import type { PostgresProcess } from '../support/postgres-process.js';
import { audit, type Findings } from './audit.js';
import { Crowd } from './crowd.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { type Deeds, Saboteur } from './saboteur.js';
import { settle } from './settle.js';
import { Site } from './site.js';

/** 100 tabs of 50 people. */
const CROWD = { tabs: [25, 15, 5, 0, 0, 5], voters: 20, readers: 8, questions: 200, paceMs: 0 };
/** Seconds in which everything has to arrive once all is up again. */
const SETTLE_SECONDS = 40;

export interface Outcome {
  findings: Findings;
  /** What servers did that nobody made them do. */
  faults: string[];
  deeds: Deeds;
  figures: Record<string, number>;
}

/** Everything at once: the crowd goes on while a saboteur rages, and in the end all adds up. */
export async function storm(
  { seed, seconds }: Options,
  postgres: PostgresProcess,
): Promise<Outcome> {
  const random = new Random(seed);
  const site = await Site.open(postgres, {});
  const saboteur = new Saboteur(site, postgres, random);
  const crowd = await Crowd.gather(site, { ...CROWD, seconds: seconds * 3 + 600 }, random);
  try {
    await saboteur.rage(seconds);
    saboteur.lastBlow();
    await crowd.rest();
    await settle(crowd, site, SETTLE_SECONDS);
    const findings = await audit(crowd, site.database);
    return { findings, faults: site.faults, deeds: saboteur.deeds, figures: figuresOf(crowd) };
  } finally {
    crowd.leave();
    await site.close();
  }
}

export function figuresOf({ ledger, tabs }: Crowd): Record<string, number> {
  const delays = tabs
    .flatMap(({ tab }) => tab.shown)
    // Answers to one question by one person cannot be told apart.
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
