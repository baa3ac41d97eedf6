import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { variables } from '../src/config/settings.js';

const FOLDER = 'deploy';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  networks: Record<string, { ipv4_address: string }> | string[];
  healthcheck?: object;
  stop_grace_period?: string;
}

/** What can be known of the compose file without a Docker engine. */
describe('the compose file', () => {
  let text: string;
  let services: Record<string, Service>;
  let dockerfile: string;

  const boards = (): Service[] => [services['board-1']!, services['board-2']!];
  const addressOf = ({ networks }: Service): string =>
    (networks as Record<string, { ipv4_address: string }>)['inside']!.ipv4_address;

  beforeAll(async () => {
    text = await readFile(join(FOLDER, 'compose.yaml'), 'utf8');
    services = (parse(text, { merge: true }) as { services: typeof services }).services;
    dockerfile = await readFile(join(FOLDER, 'Dockerfile'), 'utf8');
  });

  it('waits for services that there are', () => {
    const awaited = Object.values(services).flatMap((s) => Object.keys(s.depends_on ?? {}));
    expect(Object.keys(services)).toEqual(expect.arrayContaining(awaited));
  });

  it('waits for the health of services that tell it', () => {
    const dumb = Object.values(services)
      .flatMap((s) => Object.entries(s.depends_on ?? {}))
      .filter(([, { condition }]) => condition === 'service_healthy')
      .map(([name]) => services[name]!)
      .filter(({ healthcheck, image }) => !healthcheck && image !== services['migration']!.image);
    expect([dumb, dockerfile.includes('HEALTHCHECK')]).toEqual([[], true]);
  });

  it('builds and mounts what there is', () => {
    const files = Object.values(services).flatMap(({ build, volumes = [] }) => [
      ...(build ? [join(build.context, build.dockerfile)] : []),
      ...volumes.map((volume) => volume.split(':')[0]!).filter((path) => path.startsWith('./')),
    ]);
    expect(files.filter((path) => !existsSync(join(FOLDER, path)))).toEqual([]);
  });

  it('sets variables that an instance reads', () => {
    const known = Object.values(variables).map(({ name }) => name);
    const set = boards().flatMap(({ environment }) => Object.keys(environment!));
    expect(known).toEqual(expect.arrayContaining(set));
  });

  it('asks an operator for nothing but what .env.example names', async () => {
    const example = await readFile(join(FOLDER, '.env.example'), 'utf8');
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
    expect(asked.filter((name) => !new RegExp(`^(# )?${name}=`, 'm').test(example))).toEqual([]);
  });

  it('gives nginx everything that its configuration asks for', async () => {
    const template = await readFile(join(FOLDER, 'nginx', 'nginx.conf.template'), 'utf8');
    const asked = [...template.matchAll(/\$\{(BOARD_\w+)\}/g)].map(([, name]) => name!);
    const given = Object.keys(services['nginx']!.environment!);
    expect(given).toEqual(expect.arrayContaining(asked));
  });

  it('tells nginx where the instances are', () => {
    const given = services['nginx']!.environment!['BOARD_SERVERS']!;
    const addresses = [...given.matchAll(/server (\S+):3000 /g)].map(([, address]) => address);
    expect(addresses).toEqual(boards().map(addressOf));
  });

  it('has instances trust nginx, and nobody else', () => {
    const trusted = boards().map(({ environment }) => environment!['TRUST_PROXY']);
    expect(new Set(trusted)).toEqual(new Set([addressOf(services['nginx']!)]));
  });

  it('gives an instance more time to end than it takes', () => {
    const seconds = boards().map(({ stop_grace_period: grace, environment }) => [
      parseInt(grace!, 10),
      Number(environment!['SHUTDOWN_SECONDS']),
    ]);
    expect(seconds.every(([grace, taken]) => grace! > taken!)).toBe(true);
  });

  it('has nginx wait for longer than two heartbeats', () => {
    const wait = parseInt(services['nginx']!.environment!['BOARD_STREAM_TIMEOUT']!, 10);
    const beats = boards().map(({ environment }) => Number(environment!['SSE_HEARTBEAT_SECONDS']));
    expect(wait).toBeGreaterThan(2 * Math.max(...beats));
  });

  it('lets the build see everything that the Dockerfile copies', async () => {
    const rules = await readFile(join(FOLDER, 'Dockerfile.dockerignore'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
      .flatMap(([, paths]) => paths!.split(' '))
      .filter((path) => path !== '.');
    const seen = rules.split('\n').map((rule) => rule.replace(/^!/, ''));
    expect(seen).toEqual(expect.arrayContaining(copied));
  });
});
