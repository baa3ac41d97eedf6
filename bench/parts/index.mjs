import { boxes } from './inboxes.mjs';
import { cluster } from './cluster.mjs';
import { comingBack } from './coming-back.mjs';
import { hot } from './hot.mjs';
import { latency } from './latency.mjs';
import { memory } from './memory.mjs';
import { push } from './push.mjs';
import { start } from './start.mjs';
import { streams } from './streams.mjs';
import { voter } from './voter.mjs';
import { votes } from './votes.mjs';

/**
 * What a part is given.
 * @typedef {object} Bench
 * @property {import('../fixture/fixture.mjs').Fixture} fixture
 * @property {Record<string, any>} sizes see options.mjs
 * @property {import('../fixture/servers.mjs').Kind[]} also more servers, for whoever takes them
 * @property {(text: string) => void} progress
 */

/**
 * What a part finds out.
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} title
 * @property {Record<string, unknown>} values everything measured, for the JSON
 * @property {import('../report/lines.mjs').Line[]} lines of the table
 * @property {string[]} faults what was lost, double or out of order: none may be
 * @property {import('../report/curves.mjs').Curve} [curve]
 */

/** @type {Record<string, (bench: Bench) => Promise<Measure>>} */
export const PARTS = {
  start,
  votes,
  latency,
  voter,
  hot,
  memory,
  push,
  streams,
  boxes,
  back: comingBack,
  cluster,
};

export const PART_NAMES = Object.keys(PARTS);
