import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Package {
  license?: string;
  licenses?: { type: string }[];
  engines?: { node?: string };
}

interface Locked {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
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

const project = await read<{ dependencies: Record<string, string> }>('package.json');
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

  it('docs/dependencies.md has every dependency, and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(project.dependencies));
  });

  it.each(Object.keys(project.dependencies))(
    'docs/dependencies.md says why there is %s',
    (name) => {
      expect(rows.get(name)?.[2]).toMatch(/\w{3}/);
    },
  );

  it.each(Object.keys(project.dependencies))(
    'docs/dependencies.md has the licence of %s, and the versions of Node.js that it runs on',
    async (name) => {
      const { license, engines } = await read<Package>('node_modules', name, 'package.json');
      expect(rows.get(name)?.slice(0, 2)).toEqual([license, engines?.node ?? 'any']);
    },
  );
});

it('the packages that run in production have licences that are compatible with MIT', async () => {
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

describe('packages with install scripts', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qna-scripts-'));
    await mkdir(join(folder, 'curious'));
    const curious = {
      name: 'curious',
      version: '1.0.0',
      scripts: { install: `touch ${join(folder, 'was-run')}` },
    };
    await writeFile(join(folder, 'curious', 'package.json'), JSON.stringify(curious));
    const project = { name: 'p', dependencies: { curious: 'file:curious' } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(project));
    await copyFile('.npmrc', join(folder, '.npmrc'));
    const install = ['install', '--offline', '--install-links'];
    await promisify(execFile)('npm', install, { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('a package that would run a script when it is installed is installed', async () => {
    expect(await readdir(join(folder, 'node_modules'))).toContain('curious');
  });

  it('a package that would run a script when it is installed runs none', async () => {
    expect(await readdir(folder)).not.toContain('was-run');
  });
});
