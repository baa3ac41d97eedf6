import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { startApp, type TestApp } from './support/app.js';
import { createDatabase } from './support/database.js';
import { Scrape } from './support/metrics.js';

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { runbook: string };
}

interface Panel {
  title: string;
  targets: { expr: string }[];
}

const board: TestApp = await startApp({}, await createDatabase());
const scrape = await Scrape.from(board.url);
afterAll(async () => {
  await board.stop();
  await board.database.drop();
});

const text = await readFile('docs/operations.md', 'utf8');
const rules = (
  parse(await readFile('deploy/monitoring/alerts.yaml', 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(await readFile('deploy/monitoring/dashboard.json', 'utf8')) as {
  templating: { list: { name: string }[] };
  panels: Panel[];
};
const targets = dashboard.panels.flatMap(({ title, targets: all }) =>
  all.map(({ expr }): [string, string] => [title, expr]),
);

/** The metrics of an expression: what is left of it without labels, functions and keywords. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\)/g, ' ')
    .replaceAll(/\b(and|or|unless)\b/g, ' ')
    .replaceAll(/\b\w+ *\(/g, ' ( ');
  return [...bare.matchAll(/[a-z_:]\w*/gi)].map(([name]) => name);
}

/** Whether the server exports it, of a histogram its parts; `up` is what Prometheus knows of a target. */
function isExported(metric: string): boolean {
  return (
    metric === 'up' ||
    scrape.names.has(metric) ||
    scrape.names.has(metric.replace(/_(bucket|sum|count)$/, ''))
  );
}

/** Labels that an expression groups by or picks, which the server must give; others come from Prometheus. */
function labelsOf(expr: string): string[] {
  const grouped = [...expr.matchAll(/\bby *\(([^)]*)\)/g)].flatMap(([, list]) => list!.split(','));
  const picked = [...expr.matchAll(/[{,] *(\w+) *=/g)].map(([, label]) => label!);
  return [...grouped, ...picked].map((label) => label.trim());
}

it.each(rules.map(({ alert, expr }) => [alert, expr]))(
  'the alert %s uses metrics that the server exports',
  (_, expr) => {
    const metrics = metricsOf(expr);
    expect([metrics.length > 0, metrics.filter((one) => !isExported(one))]).toEqual([true, []]);
  },
);

it.each(rules.map(({ alert, annotations }) => [alert, annotations.runbook]))(
  'the alert %s links to a section on what to do',
  (alert, runbook) => {
    const isThere = text.includes(`\n### ${alert}\n`);
    expect([runbook, isThere]).toEqual([`docs/operations.md#${alert.toLowerCase()}`, true]);
  },
);

/** How loud each alert is. */
const SEVERITIES = {
  QnaDeliveryStuck: 'page',
  QnaDatabaseUnavailable: 'page',
  QnaNotMeasured: 'page',
  QnaInstanceDown: 'ticket',
  QnaPoisonedEvents: 'ticket',
  QnaEventsWithoutListener: 'ticket',
  QnaDeadLetters: 'ticket',
  QnaDeliverySlow: 'ticket',
  QnaIdsRunningOut: 'ticket',
};

it('each alert has its documented severity', () => {
  const severities = rules.map(({ alert, labels }) => [alert, labels.severity]);
  expect(Object.fromEntries(severities)).toEqual(SEVERITIES);
});

it.each(targets)(
  'the dashboard shows under "%s" the one job that its reader selects: %s',
  (_, expr) => {
    const selected = expr.replaceAll('{job="$job"}', '');
    const uses = metricsOf(selected).length;
    expect([dashboard.templating.list.some(({ name }) => name === 'job'), uses]).toEqual([
      true,
      expr.split('{job="$job"}').length - 1,
    ]);
  },
);

it.each(targets)(
  'the dashboard shows under "%s" metrics that the server exports: %s',
  (_, expr) => {
    const metrics = metricsOf(expr);
    expect([metrics.length > 0, metrics.filter((one) => !isExported(one))]).toEqual([true, []]);
  },
);

it('the dashboard shows every metric of ours', () => {
  const shown = targets.flatMap(([, expr]) => metricsOf(expr));
  const isShown = (name: string): boolean => shown.some((one) => one.startsWith(name));
  const ours = [...scrape.names].filter((name) => name.startsWith('qna_'));
  expect(ours.filter((name) => !isShown(name))).toEqual([]);
});

describe('labels', () => {
  const OF_PROMETHEUS = ['job', 'instance', 'le'];
  const LABELS = [
    ...OF_PROMETHEUS,
    'type',
    'reason',
    'status',
    'route',
    'batch',
    'method',
    'column',
  ];

  it.each([...rules.map(({ alert, expr }): [string, string] => [alert, expr]), ...targets])(
    'alerts and dashboard use labels that exist: %s, %s',
    (_, expr) => {
      expect(labelsOf(expr).filter((label) => !LABELS.includes(label))).toEqual([]);
    },
  );
});

describe('docs/operations.md', () => {
  const documented = [...text.matchAll(/^\| `((?:qna|nodejs|process)_\w+)`/gm)].map(
    ([, name]) => name!,
  );

  it('docs/operations.md explains every metric that the server exports, and no other', () => {
    expect(documented.toSorted()).toEqual([...scrape.names].toSorted());
  });

  it('docs/operations.md gives each metric of ours the type that the server exports', async () => {
    const exported = await (await fetch(`${board.url}/metrics`)).text();
    const kinds = [...text.matchAll(/^\| `(qna_\w+)` +\| (\w+) +\|/gm)].map(
      ([, name, kind]) => `# TYPE ${name} ${kind}`,
    );
    expect(kinds.filter((line) => !exported.includes(line))).toEqual([]);
  });

  it('docs/operations.md has a section for each alert', () => {
    const sections = [...text.matchAll(/^### (Qna\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(rules.map(({ alert }) => alert));
  });
});
