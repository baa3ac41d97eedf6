import { parseArgs } from 'node:util';
import { PART_NAMES } from './parts/index.mjs';

/** How much is measured. Times are in seconds. */
const WHOLE = {
  runs: 3,
  seconds: 8,
  warmup: 3,
  connections: 32,
  streams: 1_000,
  rate: 200,
  'memory-streams': 10_000,
  'stream-sizes': [100, 1_000, 10_000],
  'box-sizes': [100, 10_000, 1_000_000],
  'hot-voters': 20_000,
  returning: 5_000,
  missed: 20,
};

const QUICK = {
  ...WHOLE,
  runs: 1,
  seconds: 4,
  warmup: 2,
  'memory-streams': 3_000,
  'stream-sizes': [100, 1_000, 3_000],
  'box-sizes': [100, 10_000, 100_000],
  returning: 1_000,
};

export const USAGE = `npm run bench -- [options]

  --only a,b      parts: ${PART_NAMES.join(', ')}
  --quick         small sizes, one run each: under five minutes
  --out folder    where JSON, table and curves go. Default: docs/bench for a whole run; with
                  --quick or --only nothing is written unless a folder is named
  --also name=f   one more server for votes and latency: node f PORT, same routes, its own tables
  --profile f     a CPU profile of every server run goes into folder f (slows them down)
  --help

Sizes: ${Object.entries(WHOLE)
  .map(([name, value]) => `--${name} ${String(value)}`)
  .join(' ')}`;

/**
 * @param {string[]} argv
 * @throws {Error} one line, for options that make no sense
 */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      also: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
      ...Object.fromEntries(Object.keys(WHOLE).map((name) => [name, { type: 'string' }])),
    },
  });
  const parts = values.only?.split(',') ?? PART_NAMES;
  const unknown = parts.filter((name) => !PART_NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}`);
  const isWhole = !values.only && !values.quick;
  return {
    help: values.help,
    parts,
    isQuick: values.quick,
    out: values.out ?? (isWhole ? 'docs/bench' : undefined),
    also: values.also.map(readAlso),
    profile: values.profile,
    sizes: readSizes(values, values.quick ? QUICK : WHOLE),
  };
}

/** @returns {typeof WHOLE} */
function readSizes(values, defaults) {
  const entries = Object.entries(defaults).map(([name, fallback]) => {
    const given = values[name];
    if (given === undefined) return [name, fallback];
    const numbers = given.split(',').map(Number);
    const isList = Array.isArray(fallback);
    if (numbers.some((number) => !(number > 0)) || (!isList && numbers.length > 1)) {
      throw new Error(`--${name} must be ${isList ? 'numbers' : 'a number'} above zero`);
    }
    return [name, isList ? numbers : numbers[0]];
  });
  return Object.fromEntries(entries);
}

function readAlso(text) {
  const [, name, entry] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? [];
  if (!name) throw new Error('--also must be name=file');
  return { name, entry };
}
