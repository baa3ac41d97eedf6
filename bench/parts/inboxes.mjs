import { figures, atMost } from '../report/lines.mjs';
import { fillInbox } from '../fixture/inbox.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { quantile, readable } from '../statistics.mjs';
import { faultsIn } from './common.mjs';

const VOTERS = 20_000;
const ROUNDS = 40;
/** Rounds that only warm up. */
const WARM_ROUNDS = 10;
const VOTE_ROUNDS = 4;
/** How deep `before` reaches, as a share of the inbox. */
const DEPTHS = [0.25, 0.5, 0.75, 0.98];

const TITLES = {
  list: 'list, page 0',
  before: 'list, `before` at four depths',
  read: 'mark one as read',
  toast: 'vote to toast',
};

/**
 * Whether a full inbox makes anything slower for its owner. The inboxes take turns, request by request.
 * @param {import('./index.mjs').Bench} bench
 */
export function boxes(bench) {
  const sizes = bench.sizes['box-sizes'];
  const needs = { users: sizes.length + VOTERS, questions: sizes.length };
  return bench.fixture.with(SERVERS.ours, needs, async (run) => {
    const owners = await fillInboxes(bench, run, sizes);
    const times = await requests(run, owners);
    const { toasts, faults } = await toastsOf(bench, run, owners);
    const p50 = Object.fromEntries(
      Object.entries({ ...times, toast: toasts }).map(([what, bySize]) => [
        what,
        Object.fromEntries(sizes.map((size) => [size, quantile(bySize[size], 0.5)])),
      ]),
    );
    for (const what of Object.keys(TITLES)) bench.progress(`${what}: ${figures(p50[what], 'ms')}`);
    return describe(sizes, p50, faults);
  });
}

async function fillInboxes(bench, { board, databaseUrl }, sizes) {
  const { firstUser } = board.plain;
  const owners = [];
  for (const [user, size] of sizes.entries()) {
    const from = performance.now();
    const actorId = firstUser + sizes.length;
    const first = await fillInbox(databaseUrl, { userId: firstUser + user, actorId, size });
    bench.progress(
      `an inbox of ${size} filled in ${readable((performance.now() - from) / 1_000)} s`,
    );
    owners.push({ user, size, first });
  }
  return owners;
}

async function requests({ driver }, owners) {
  const asked = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    for (const owner of owners) {
      for (const [what, call] of Object.entries(callsOf(owner, round))) {
        asked.push({ what, size: owner.size, isWarm: round < WARM_ROUNDS, call });
      }
    }
  }
  const { ms } = await driver.send('request', { calls: asked.map(({ call }) => call) });
  const times = { list: {}, before: {}, read: {} };
  asked.forEach(({ what, size, isWarm }, index) => {
    if (!isWarm) (times[what][size] ??= []).push(ms[index]);
  });
  return times;
}

function callsOf({ user, size, first }, round) {
  const path = '/api/notification/list?size=20';
  const before = first + Math.floor(size * (1 - DEPTHS[round % DEPTHS.length]));
  // Each round another unread one, the newest first.
  const unread = first + (Math.floor((size - 1) / 2) - round) * 2;
  return {
    list: { method: 'GET', path, user },
    before: { method: 'GET', path: `${path}&before=${before}`, user },
    read: {
      method: 'PUT',
      path: '/api/notification/read',
      user,
      body: { notification_ids: [Math.max(unread, 1)] },
    },
  };
}

async function toastsOf({ sizes: { rate, seconds } }, { driver }, owners) {
  const toasts = {};
  const faults = [];
  await driver.send('open', { count: owners.length });
  const share = Math.floor(VOTERS / (VOTE_ROUNDS + 1));
  for (let round = 0; round <= VOTE_ROUNDS; round += 1) {
    for (const { user, size } of owners) {
      const firstVoter = owners.length + round * share;
      await driver.send('plan', {
        name: 'hot',
        questions: 1,
        firstQuestion: user,
        voters: share,
        firstVoter,
      });
      const part = { rate, seconds: Math.max(1, Math.floor(seconds / VOTE_ROUNDS)) };
      const outcome = await driver.send('voteSteadily', part);
      faults.push(...faultsIn(SERVERS.ours, outcome));
      // The first round only warms up.
      if (round > 0) toasts[size] = [...(toasts[size] ?? []), ...outcome.toasts];
    }
  }
  return { toasts, faults };
}

function describe(sizes, p50, faults) {
  const [first, last] = [sizes[0], sizes.at(-1)];
  return {
    id: 'boxes',
    title: 'Growth with notifications in the inbox',
    values: { p50 },
    lines: Object.entries(TITLES).map(([what, title]) =>
      atMost(
        1.5,
        p50[what][last] / p50[what][first],
        `${title}, p50, ${last} in the inbox (× ${first})`,
        figures(p50[what], 'ms'),
      ),
    ),
    faults,
    curve: {
      name: 'boxes',
      title: 'What a user waits for, by notifications in their inbox',
      x: { name: 'notifications in the inbox', isLogarithmic: true },
      y: { name: 'milliseconds, p50' },
      lines: Object.entries(TITLES).map(([what, name]) => ({
        name,
        points: sizes.map((size) => [size, p50[what][size]]),
      })),
    },
  };
}
