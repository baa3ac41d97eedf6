// `npm run test:chaos -- [--cluster] [--seed <n>] [--seconds <n>]`: see docs/architecture.md. The last line is for
// machines to read.
import { writeFile } from 'node:fs/promises';
import type { Findings } from './audit.js';
import { PostgresProcess } from '../support/postgres-process.js';
import { killServers } from '../support/server-process.js';
import { checksOfCluster, describeCluster } from './cluster-report.js';
import { clusterFaultRun } from './cluster-fault-run.js';
import { type Mutation, MUTATIONS } from './mutations.js';
import { type Options, readOptions } from './options.js';
import { type Check, checksOf, describe, lineOf, promises } from './report.js';
import { faultRun } from './fault-run.js';
import { TRIALS, runOne } from './trials.js';

/** Trials at the same time: each has a server or two of its own. */
const TRIALS_AT_ONCE = 4;

const checks: Check[] = [];
let postgres: PostgresProcess | undefined;

function report(check: Check): void {
  checks.push(check);
  console.log(lineOf(check));
}

async function runFaults(options: Options): Promise<object> {
  if (options.cluster) return runClusterFaults(options);
  const outcome = await faultRun(options, postgres!);
  console.log(describe(outcome));
  checksOf(outcome).forEach(report);
  return { ...outcome.figures, ...outcome.injected };
}

async function runClusterFaults(options: Options): Promise<object> {
  const outcome = await clusterFaultRun(options, postgres!);
  console.log(describeCluster(outcome));
  checksOfCluster(outcome).forEach(report);
  const { figures, injected, injectedRedis, rollOut, streams } = outcome;
  return { ...figures, ...injected, redis: injectedRedis, rollOut, streams };
}

/** What a mutation breaks must be found; what passes on a server as it was built is no accident. */
async function runTrial(
  name: string | undefined,
  trial: Mutation['trial'],
  seed: number,
): Promise<void> {
  const mutation = name === undefined ? undefined : MUTATIONS[name];
  const title = mutation
    ? `caught: ${mutation.title}`
    : `the trial "${trial}" is passed without a mutation`;
  try {
    const findings = await runOne(TRIALS[trial], name, seed);
    report({ title, ...(mutation ? caught(mutation, findings) : untouched(findings)) });
  } catch (error) {
    report({ title, against: [String(error)] });
  }
}

function caught({ finding }: Mutation, findings: Findings): Omit<Check, 'title'> {
  const found = findings[finding];
  return { against: found.length > 0 ? [] : [`nothing was found ${finding}`], as: found[0] };
}

function untouched(findings: Findings): Omit<Check, 'title'> {
  return { against: promises(findings).flatMap(({ against }) => against) };
}

async function tryMutations({ seed, cluster }: Options): Promise<void> {
  const trials = [
    ...(Object.keys(TRIALS) as Mutation['trial'][]).map((trial) => [undefined, trial] as const),
    ...Object.entries(MUTATIONS).map(([name, { trial }]) => [name, trial] as const),
  ].filter(([, trial]) => cluster === (trial === 'undelivered'));
  const next = async (): Promise<void> => {
    const trial = trials.shift();
    if (!trial) return;
    await runTrial(trial[0], trial[1], seed);
    await next();
  };
  await Promise.all(Array.from({ length: TRIALS_AT_ONCE }, next));
}

async function cleanUp(): Promise<void> {
  await killServers();
  await postgres?.drop();
}

async function run(options: Options): Promise<void> {
  const start = performance.now();
  const took = () => `${((performance.now() - start) / 1_000).toFixed(0)} s`;
  console.log(`seed ${options.seed}: repeat with --seed ${options.seed}`);
  postgres = await PostgresProcess.make();
  // Where the trials copy their databases from: nobody is connected to it yet.
  process.env['TEST_SERVER_URL'] = postgres.serverUrl;
  process.env['TEST_TEMPLATE'] = await postgres.copy('template_of_trials');
  const figures = await runFaults(options);
  console.log(`after ${took()}: mutations, each of which must be caught`);
  await tryMutations(options);
  const failed = checks.filter(({ against }) => against.length > 0).length;
  const passed = checks.length - failed;
  console.log(`took ${took()}`);
  const { report: file, ...given } = options;
  const summary = JSON.stringify({ passed, failed, ...given, ...figures });
  if (file) await writeFile(file, summary);
  console.log(summary);
  process.exitCode = failed > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}
try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await cleanUp();
  // Connections of clients that have ended may linger.
  process.exit();
}
