import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../testing/free-port.mjs';
import { renderNginx } from './nginx-template.js';
import { until } from './until.js';

/** On an ordinary user's path it may not be. */
const PATH = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin`;

/** nginx with the configuration that is deployed, on ports and in a folder of its own. */
export class NginxProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly httpUrl: string,
    /** HTTPS: HTTP/1.1 and HTTP/2. */
    readonly url: string,
    /** What to trust for it, in PEM. */
    readonly ca: string,
  ) {}

  /** @param servers addresses of the instances; @param streamTimeout as nginx writes it */
  static async start(servers: string[], streamTimeout = '75s'): Promise<NginxProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'qna-nginx-'));
    // Started by root, its workers run as somebody else.
    await chmod(folder, 0o755);
    // At the same time: one after the other could be the same.
    const [httpPort, httpsPort] = await Promise.all([freePort(), freePort()]);
    await mkdir(join(folder, 'tmp'));
    const ca = await makeCertificate(folder);
    const configuration = await renderNginx({
      BOARD_SERVERS: linesOf(servers, 'max_fails=1 fail_timeout=2s'),
      BOARD_STREAM_SERVERS: linesOf(servers, 'max_fails=0'),
      BOARD_HTTP_PORT: `127.0.0.1:${httpPort}`,
      BOARD_HTTPS_PORT: `127.0.0.1:${httpsPort}`,
      BOARD_TLS: folder,
      BOARD_STREAM_TIMEOUT: streamTimeout,
      BOARD_ACCESS_LOG: join(folder, 'access.log'),
      BOARD_ERROR_LOG: join(folder, 'error.log'),
      BOARD_TEMP: join(folder, 'tmp'),
    });
    const file = join(folder, 'nginx.conf');
    await writeFile(file, configuration);
    const places = ['-e', join(folder, 'error.log'), '-p', folder, '-c', file];
    const own = `daemon off; pid ${join(folder, 'nginx.pid')};`;
    const child = spawn('nginx', [...places, '-g', own], {
      env: { PATH },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const urls = [`http://localhost:${httpPort}`, `https://localhost:${httpsPort}`] as const;
    const nginx = new NginxProcess(child, folder, ...urls, ca);
    await until(async () => child.exitCode !== null || (await answers(urls[0])));
    if (child.exitCode !== null) throw new Error('nginx does not start: its error is above');
    return nginx;
  }

  /** Everything it has written of requests and failures so far. */
  async logs(): Promise<{ access: string; error: string }> {
    const read = (name: string): Promise<string> => readFile(join(this.folder, name), 'utf8');
    return { access: await read('access.log'), error: await read('error.log') };
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
    await rm(this.folder, { recursive: true, force: true });
  }
}

function linesOf(servers: string[], options: string): string {
  return servers.map((url) => `server ${new URL(url).host} ${options};`).join(' ');
}

/** @returns it, in PEM; it vouches for itself */
async function makeCertificate(folder: string): Promise<string> {
  const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const fresh = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', [...fresh, ...subject, '-keyout', key, '-out', certificate]);
  return readFile(certificate, 'utf8');
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { redirect: 'manual' }).then(
    () => true,
    () => false,
  );
}
