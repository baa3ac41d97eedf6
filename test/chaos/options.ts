import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const DEFAULT_SECONDS = 40;
/** What comes on top takes longer there. */
const DEFAULT_SECONDS_OF_CLUSTER = 20;

export interface Options {
  /** What chance is drawn from. */
  seed: number;
  /** Three servers behind nginx with a Redis, instead of one by itself. */
  cluster: boolean;
  /** How long the injector is at work; making, settling and the mutations come on top. */
  seconds: number;
  /** File that the last line is written to as well. */
  report: string | undefined;
}

/** @throws {Error} one line, for what is no such option */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      cluster: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      report: { type: 'string' },
    },
  });
  return {
    seed: wholeNumber('seed', values.seed) ?? randomInt(2 ** 32),
    cluster: values.cluster,
    seconds:
      wholeNumber('seconds', values.seconds) ??
      (values.cluster ? DEFAULT_SECONDS_OF_CLUSTER : DEFAULT_SECONDS),
    report: values.report,
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a whole number`);
  return Number(text);
}
