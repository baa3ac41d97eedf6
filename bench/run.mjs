/** `npm run bench`: how fast the system is, what it costs, how that grows. See --help. */
import { resolve } from 'node:path';
import { readOptions, USAGE } from './options.mjs';
import { PARTS } from './parts/index.mjs';
import { writeFiles } from './report/files.mjs';
import { describeMachine, isBusy, machine } from './report/machine.mjs';
import { plainTable } from './report/table.mjs';
import { Fixture } from './fixture/fixture.mjs';

const from = performance.now();

function say(text) {
  const seconds = Math.round((performance.now() - from) / 1_000);
  console.log(`${String(seconds).padStart(5)} s  ${text}`);
}

/** @returns {Promise<import('./parts/index.mjs').Measure[]>} a part that fails to run is a fault */
async function measureAll(fixture, { parts, sizes, also }) {
  const measures = [];
  for (const [index, name] of parts.entries()) {
    const title = `${name} (${index + 1} of ${parts.length})`;
    say(title);
    const progress = (text) => say(`  ${name}: ${text}`);
    try {
      measures.push(await PARTS[name]({ fixture, sizes, also, progress }));
    } catch (error) {
      progress(`failed: ${error.stack}`);
      const faults = [`${name} failed: ${error.message.split('\n')[0]}`];
      measures.push({ id: name, title: name, values: {}, lines: [], faults });
    }
  }
  return measures;
}

async function main(options) {
  const kinds = options.also.map(({ name, entry }) => ({
    name,
    entry: resolve(entry),
    tables: 'own',
  }));
  const profile = options.profile && resolve(options.profile);
  const fixture = await Fixture.open({ profile });
  const close = () => void fixture.close().finally(() => process.exit(130));
  process.once('SIGINT', close).once('SIGTERM', close);
  try {
    const found = machine(fixture.databaseVersion);
    say(describeMachine(found));
    const busy = isBusy();
    if (busy) say('This machine is at work with something else: the figures will say little.');
    const measures = await measureAll(fixture, { ...options, also: kinds });
    const seconds = Math.round((performance.now() - from) / 1_000);
    const command = ['npm run bench', ...(options.isQuick ? ['-- --quick'] : [])].join(' ');
    const when = new Date().toISOString().slice(0, 10);
    return {
      machine: found,
      when,
      command,
      seconds,
      wasBusy: busy,
      sizes: options.sizes,
      measures,
    };
  } finally {
    await fixture.close();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
  } else {
    const report = await main(options);
    console.log(`\n${plainTable(report.measures.flatMap(({ lines }) => lines))}\n`);
    if (options.out) {
      say(
        `written to ${options.out}: ${(await writeFiles(resolve(options.out), report)).join(', ')}`,
      );
    }
    const faults = report.measures.flatMap((measure) => measure.faults);
    for (const fault of faults) console.error(`WRONG: ${fault}`);
    process.exitCode = faults.length > 0 ? 1 : 0;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
