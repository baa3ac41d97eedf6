import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';

export const RULES = 'deploy/monitoring/alerts.yaml';

/** By series, `name{label="value"}`: its values, one a minute, as promtool writes them (`1x10 0x50`). */
export type Series = Record<string, string>;

/** An alert that fires: its name, its severity, and its other labels. */
export type Firing = [alert: string, severity: 'page' | 'ticket', labels: Record<string, string>];

const run = promisify(execFile);

/** @throws with what promtool says, when the rules are not valid */
export async function checkRules(): Promise<void> {
  await run('promtool', ['check', 'rules', RULES]);
}

/**
 * Has promtool play the series to the rules, and compare what fires at that minute.
 * @returns what promtool says of the difference; empty: exactly these alerts fire
 */
export async function difference(
  series: Series,
  minute: number,
  firing: Firing[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qna-rules-'));
  try {
    const file = join(folder, 'test.yaml');
    await writeFile(file, stringify(testOf(series, minute, firing)));
    return await run('promtool', ['test', 'rules', file]).then(
      () => '',
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function testOf(series: Series, minute: number, firing: Firing[]): object {
  const samples = firing.map(([alertname, severity, labels]) => {
    const all = Object.entries({ alertname, alertstate: 'firing', severity, ...labels });
    return {
      labels: `ALERTS{${all.map(([name, value]) => `${name}="${value}"`).join(',')}}`,
      value: 1,
    };
  });
  return {
    rule_files: [resolve(RULES)],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: 'ALERTS{alertstate="firing"}',
            eval_time: `${minute}m`,
            exp_samples: samples,
          },
        ],
      },
    ],
  };
}
