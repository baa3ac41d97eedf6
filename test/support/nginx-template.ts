import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The command that deploy/README.md gives an operator who fills the template in, to the letter. */
export async function documentedCommand(): Promise<string> {
  const text = await readFile('deploy/README.md', 'utf8');
  const [, command] = /^```sh\n(envsubst .+)\n```$/m.exec(text) ?? [];
  if (command === undefined) throw new Error('deploy/README.md has no command for the template');
  return command;
}

/** The configuration of nginx as an operator gets it. @param values of the variables of the template */
export async function renderNginx(values: Record<string, string>): Promise<string> {
  const command = await documentedCommand();
  const environment = { PATH: process.env['PATH'], ...values };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: environment });
  return stdout;
}
