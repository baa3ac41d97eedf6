import type { Findings } from './audit.js';
import type { Outcome } from './fault-run.js';

/** A sentence, and whether it held; what speaks against it otherwise. */
export interface Check {
  title: string;
  against: string[];
  /** What shows that it held, if anything does. */
  as?: string | undefined;
}

/** What is shown of a list of findings. */
const SHOWN = 5;

const PROMISES: Record<keyof Findings, string> = {
  forgotten: 'what was answered with a success is in the database',
  lost: 'every vote and answer is stored, and shown in every tab of its author',
  double: 'none is stored twice, or shown twice in a tab',
  invented: 'nobody is notified of what was not done',
  outOfOrder: 'ids are in order on every connection, without a gap',
  revWentBack: 'no connection sends an older rev after a newer one',
  miscounted: 'lists, tabs and vote_count have the counts that SQL counts',
  gaveUp: 'no tab is refused, or asked to start anew',
  wrongAnswers: 'every request is answered with a success or a 503, or its connection was cut',
  leftOver: 'no event is left in the outbox',
};

export function checksOf({ findings, failures, injected }: Outcome): Check[] {
  const { serverKills, postgresKills, postgresStops } = injected;
  return [
    ...promises(findings),
    { title: 'no server ended by itself, or badly', against: failures },
    isWild(serverKills >= 10 && postgresKills + postgresStops >= 3, injected),
  ];
}

/** @param injected all that was done */
export function isWild(isEnough: boolean, injected: object): Check {
  const against = isEnough ? [] : [`only ${JSON.stringify(injected)}`];
  return { title: 'enough faults were injected', against };
}

export function promises(findings: Findings): Check[] {
  return (Object.keys(PROMISES) as (keyof Findings)[]).map((name) => ({
    title: PROMISES[name],
    against: findings[name],
  }));
}

export function describe({ findings, injected, figures }: Outcome): string {
  const { votes, takenBack, answers, read, refused, shown, reconnects, usualMs, worstMs } = figures;
  return [
    `${votes} votes, ${takenBack} taken back, ${answers} answers, ${read} marked as read; ${refused} requests refused or cut off`,
    `${injected.serverKills} SIGKILL and ${injected.serverTerms} SIGTERM of the server; PostgreSQL killed ${injected.postgresKills} times and stopped ${injected.postgresStops} times`,
    `${injected.backends} backends ended, ${injected.cuts} connections cut, ${reconnects} reconnects of tabs`,
    `${shown} events shown: lost ${findings.lost.length}, double ${findings.double.length}, out of order ${findings.outOfOrder.length}`,
    `time to delivery: usually ${usualMs} ms, at worst ${(worstMs! / 1_000).toFixed(1)} s`,
  ].join('\n');
}

export function lineOf({ title, against, as }: Check): string {
  if (against.length === 0) return `  ✓ ${title}${as ? ` (${as})` : ''}`;
  const more = against.length > SHOWN ? [`… ${against.length} in all`] : [];
  return [
    `  ✗ ${title}`,
    ...[...against.slice(0, SHOWN), ...more].map((text) => `      ${text}`),
  ].join('\n');
}
