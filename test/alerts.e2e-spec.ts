import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import {
  checkRules,
  difference,
  type Firing,
  RULES,
  type Series,
} from './support/prometheus-rules.js';

const MINUTES = 60;
const OUTBOX = ['oldest_age_seconds', 'failing', 'without_listener', 'dead_lettered'].map(
  (name) => `qna_outbox_${name}`,
);
const INSTANCES = ['a', 'b'];

const series = (name: string, job: string, instance: string, more = ''): string =>
  `${name}{job="${job}",instance="${instance}"${more}}`;

/** A metric of some instances of a job. */
function of(job: string, name: string, values: string, instances = INSTANCES): Series {
  return Object.fromEntries(instances.map((one) => [series(name, job, one), values]));
}

function measured(job: string, database: string, outbox: string, instances = INSTANCES): Series {
  return Object.assign(
    of(job, 'qna_database_up', database, instances),
    ...OUTBOX.map((name) => of(job, name, outbox, instances)),
  ) as Series;
}

const healthy = (job: string): Series => ({
  ...of(job, 'up', `1x${MINUTES}`),
  ...measured(job, `1x${MINUTES}`, `0x${MINUTES}`),
});
const dead = (job: string, instances: string[]): Series => ({
  ...of(job, 'up', '1x10 0x50', instances),
  ...measured(job, '1x10 stale', '0x10 stale', instances),
});

/** Two environments in one Prometheus. */
const BOTH = { ...healthy('production'), ...healthy('staging') };
const production = { job: 'production' };

/** What fires at minute 30 when production is like that, and staging is well. */
const CASES: [title: string, production: Series, firing: Firing[]][] = [
  ['nothing fires while both environments are well', {}, []],
  [
    'an event that is late pages, for its environment alone',
    of('production', 'qna_outbox_oldest_age_seconds', '0x10 40x50', ['a']),
    [['QnaDeliveryStuck', 'page', production]],
  ],
  [
    'a database that is unavailable pages, for its environment alone',
    measured('production', '1x10 0x50', '0x10 stale'),
    [['QnaDatabaseUnavailable', 'page', production]],
  ],
  [
    'an environment of which no instance answers pages, for itself alone',
    dead('production', INSTANCES),
    [['QnaNotMeasured', 'page', production]],
  ],
  [
    'an environment whose instances are not scraped any more pages',
    {
      ...of('production', 'up', '1x10 stale'),
      ...measured('production', '1x10 stale', '0x10 stale'),
    },
    [['QnaNotMeasured', 'page', production]],
  ],
  [
    'a job whose name begins with qna pages although it was never measured',
    of('qna-new', 'up', '0x60'),
    [['QnaNotMeasured', 'page', { job: 'qna-new' }]],
  ],
  [
    'one of two instances that does not answer is a ticket that names it',
    dead('production', ['b']),
    [['QnaInstanceDown', 'ticket', { ...production, instance: 'b' }]],
  ],
  [
    'one of two instances that alone cannot reach the database is a ticket that names it',
    measured('production', '1x10 0x50', '0x10 stale', ['b']),
    [['QnaInstanceDown', 'ticket', { ...production, instance: 'b' }]],
  ],
  ['a target of something else that is down is no alert of ours', of('node', 'up', '0x60'), []],
  [
    'an event on which listeners keep failing is a ticket before it is dead-lettered',
    of('production', 'qna_outbox_failing', '0x10 1x50'),
    [['QnaPoisonedEvents', 'ticket', production]],
  ],
  [
    'an event without a listener is a ticket, and pages nobody',
    of('production', 'qna_outbox_without_listener', '0x10 1x50'),
    [['QnaEventsWithoutListener', 'ticket', production]],
  ],
  [
    'a dead-lettered event is a ticket',
    of('production', 'qna_outbox_dead_lettered', '0x29 2x50'),
    [['QnaDeadLetters', 'ticket', production]],
  ],
  [
    'events that are shown late are a ticket',
    {
      [series('qna_sse_delivery_seconds_bucket', 'production', 'a', ',le="2.5"')]: '0+10x60',
      [series('qna_sse_delivery_seconds_bucket', 'production', 'a', ',le="5"')]: '0+100x60',
      [series('qna_sse_delivery_seconds_bucket', 'production', 'a', ',le="+Inf"')]: '0+100x60',
      [series('qna_sse_delivery_seconds_bucket', 'staging', 'a', ',le="0.1"')]: '0+100x60',
      [series('qna_sse_delivery_seconds_bucket', 'staging', 'a', ',le="+Inf"')]: '0+100x60',
    },
    [['QnaDeliverySlow', 'ticket', production]],
  ],
  [
    'a column of which 80 percent of the ids are used is a ticket that names it',
    {
      [series('qna_id_used_ratio', 'production', 'a', ',column="notification.id"')]: '0.8x60',
      [series('qna_id_used_ratio', 'production', 'a', ',column="users.id"')]: '0.79x60',
    },
    [['QnaIdsRunningOut', 'ticket', { ...production, column: 'notification.id' }]],
  ],
];

/** What has begun at minute 10, is not over at `minute`, and fires nothing yet. */
const PASSING: [title: string, minute: number, production: Series][] = [
  [
    'an event that is late for less than a minute pages nobody',
    10,
    of('production', 'qna_outbox_oldest_age_seconds', '0x9 40x50'),
  ],
  [
    'a database that is unavailable for less than a minute pages nobody',
    10,
    measured('production', '1x9 0x50', '0x9 stale'),
  ],
  ['an instance that is down for four minutes is no ticket', 14, dead('production', ['b'])],
  [
    'an event whose listeners failed once is no ticket',
    10,
    of('production', 'qna_outbox_failing', '0x9 1x50'),
  ],
  [
    'an event that waits for a version that is being rolled out is no ticket',
    19,
    of('production', 'qna_outbox_without_listener', '0x9 1x50'),
  ],
];

it('Prometheus accepts the alert rules', async () => {
  await expect(checkRules()).resolves.toBeUndefined();
});

it.each(CASES)('%s', async (_, changes, firing) => {
  expect(await difference({ ...BOTH, ...changes }, 30, firing)).toBe('');
});

it.each(PASSING)('%s', async (_, minute, changes) => {
  expect(await difference({ ...BOTH, ...changes }, minute, [])).toBe('');
});

it('each alert is shown to fire', async () => {
  const { groups } = parse(await readFile(RULES, 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const shown = new Set(CASES.flatMap(([, , firing]) => firing.map(([alert]) => alert)));
  expect([...shown].toSorted()).toEqual(alerts.toSorted());
});
