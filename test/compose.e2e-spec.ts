import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings, variables } from '../src/config/settings.js';
import { readCompose, type Service, type Services, writableFolders } from './support/compose.js';
import { defaultOf } from './support/env-example.js';

const FOLDER = 'deploy';

/** What has to be in deploy/.env, and a folder of certificates that is not ours to make. */
const REQUIRED = {
  POSTGRES_PASSWORD: 'abc',
  JWT_SECRET: 'x'.repeat(32),
  TLS_FOLDER: '/etc/ssl/private',
};
/** What the file itself decides: an operator who changes it changes the file. */
const FIXED = [
  'NODE_ENV',
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'TRUST_PROXY',
  'LOG_FILE',
  'DEMO_ACCOUNTS',
];
const SERVICES = ['board-1', 'board-2', 'migration', 'postgres', 'redis', 'nginx'];

/** What can be known of the compose file without a Docker engine. */
describe('the compose file', () => {
  let text: string;
  let services: Services;
  let example: string;
  let dockerfile: string;

  const boards = (): Service[] => [services['board-1']!, services['board-2']!];
  const addressOf = ({ networks }: Service): string =>
    (networks as Record<string, { ipv4_address: string }>)['inside']!.ipv4_address;

  beforeAll(async () => {
    text = await readFile(join(FOLDER, 'compose.yaml'), 'utf8');
    services = await readCompose(REQUIRED);
    example = await readFile(join(FOLDER, '.env.example'), 'utf8');
    dockerfile = await readFile(join(FOLDER, 'Dockerfile'), 'utf8');
  });

  it('the compose file waits for services that exist', () => {
    const awaited = Object.values(services).flatMap((s) => Object.keys(s.depends_on ?? {}));
    expect(Object.keys(services)).toEqual(expect.arrayContaining(awaited));
  });

  it('the compose file waits for the health of services that report it', () => {
    const dumb = Object.values(services)
      .flatMap((s) => Object.entries(s.depends_on ?? {}))
      .filter(([, { condition }]) => condition === 'service_healthy')
      .map(([name]) => services[name]!)
      .filter(({ healthcheck, image }) => !healthcheck && image !== services['migration']!.image);
    expect([dumb, dockerfile.includes('HEALTHCHECK')]).toEqual([[], true]);
  });

  it('the compose file builds and mounts files that exist', () => {
    const files = Object.values(services).flatMap(({ build, volumes = [] }) => [
      ...(build ? [join(build.context, build.dockerfile)] : []),
      ...volumes.map((volume) => volume.split(':')[0]!).filter((path) => path.startsWith('./')),
    ]);
    expect(files.filter((path) => !existsSync(join(FOLDER, path)))).toEqual([]);
  });

  it('the compose file sets variables that an instance reads', () => {
    const known = variables.map(({ name }) => name);
    const set = boards().flatMap(({ environment }) => Object.keys(environment!));
    expect(known).toEqual(expect.arrayContaining(set));
  });

  it('the compose file gives instances settings that they accept', () => {
    const environments = boards().map(({ environment }) => environment!);
    expect(() => environments.map(readSettings)).not.toThrow();
  });

  it('the compose file asks an operator for every variable that it does not decide itself', async () => {
    const names = variables.map(({ name }) => name);
    const free = names.filter((name) => !FIXED.includes(name));
    const chosen = await readCompose({
      ...REQUIRED,
      ...Object.fromEntries(free.map((name) => [name, `chosen-${name}`])),
    });
    const { environment } = chosen['board-1']!;
    expect(free.filter((name) => environment![name] !== `chosen-${name}`)).toEqual([]);
  });

  it('the compose file has the defaults that .env.example shows', () => {
    const { environment } = services['board-1']!;
    const shown = variables
      .filter(({ name }) => !FIXED.includes(name) && name !== 'JWT_SECRET')
      .map(({ name, fallback }) => `# ${name}=${environment![name] || defaultOf(fallback)}`);
    expect(example.split('\n')).toEqual(expect.arrayContaining(shown));
  });

  it('the compose file names the services that these tests know', () => {
    expect(Object.keys(services)).toEqual(SERVICES);
  });

  it.each(SERVICES)(
    'the compose file lets %s write to its temporary folders and volumes alone',
    (name) => {
      expect([services[name]!.read_only, writableFolders(services[name]!).length > 0]).toEqual([
        true,
        true,
      ]);
    },
  );

  it.each(SERVICES)(
    'the compose file gives %s no capability and no way to new privileges',
    (name) => {
      const { cap_drop: dropped, security_opt: options } = services[name]!;
      expect([dropped, options]).toEqual([['ALL'], ['no-new-privileges:true']]);
    },
  );

  it('the compose file gives capabilities back to nginx alone, which starts as root', () => {
    const given = SERVICES.filter((name) => services[name]!.cap_add !== undefined);
    expect(given).toEqual(['nginx']);
  });

  it.each(SERVICES)('the compose file bounds the memory of %s', (name) => {
    expect(services[name]!.mem_limit).toMatch(/^\d+[mg]$/);
  });

  it.each(SERVICES)('the compose file rotates the log of %s', (name) => {
    expect(services[name]!.logging).toEqual({
      driver: 'json-file',
      options: { 'max-size': '10m', 'max-file': '5' },
    });
  });

  it('nginx starts with the configuration that its image fills in', () => {
    const { command, environment } = services['nginx']!;
    expect(command).toContain(`${environment!['NGINX_ENVSUBST_OUTPUT_DIR']}/nginx.conf`);
  });

  it('nginx writes to folders where it may', () => {
    const { environment } = services['nginx']!;
    const places = ['NGINX_ENVSUBST_OUTPUT_DIR', 'BOARD_TEMP'].map((name) => environment![name]);
    expect(writableFolders(services['nginx']!)).toEqual(expect.arrayContaining(places));
  });

  it('the compose file asks an operator only for what .env.example names', () => {
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
    expect(asked.filter((name) => !new RegExp(`^(# )?${name}=`, 'm').test(example))).toEqual([]);
  });

  it('the compose file gives nginx everything that its configuration asks for', async () => {
    const template = await readFile(join(FOLDER, 'nginx', 'nginx.conf.template'), 'utf8');
    const asked = [...template.matchAll(/\$\{(BOARD_\w+)\}/g)].map(([, name]) => name!);
    const given = Object.keys(services['nginx']!.environment!);
    expect(given).toEqual(expect.arrayContaining(asked));
  });

  it('the compose file gives nginx the addresses of the instances', () => {
    const given = services['nginx']!.environment!['BOARD_SERVERS']!;
    const addresses = [...given.matchAll(/server (\S+):3000 /g)].map(([, address]) => address);
    expect(addresses).toEqual(boards().map(addressOf));
  });

  it('the compose file lets instances trust nginx alone', () => {
    const trusted = boards().map(({ environment }) => environment!['TRUST_PROXY']);
    expect(new Set(trusted)).toEqual(new Set([addressOf(services['nginx']!)]));
  });

  it('the compose file gives an instance more time to end than it takes', () => {
    const seconds = boards().map(({ stop_grace_period: grace, environment }) => [
      parseInt(grace!, 10),
      Number(environment!['SHUTDOWN_SECONDS']),
    ]);
    expect(seconds.every(([grace, taken]) => grace! > taken!)).toBe(true);
  });

  it('nginx waits for longer than two heartbeats', () => {
    const wait = parseInt(services['nginx']!.environment!['BOARD_STREAM_TIMEOUT']!, 10);
    const beats = boards().map(({ environment }) => Number(environment!['SSE_HEARTBEAT_SECONDS']));
    expect(wait).toBeGreaterThan(2 * Math.max(...beats));
  });

  it('the build context holds everything that the Dockerfile copies', async () => {
    const rules = await readFile(join(FOLDER, 'Dockerfile.dockerignore'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
      .flatMap(([, paths]) => paths!.split(' '))
      .filter((path) => path !== '.');
    const seen = rules.split('\n').map((rule) => rule.replace(/^!/, ''));
    expect(seen).toEqual(expect.arrayContaining(copied));
  });
});
