import { execFile } from 'node:child_process';

/** How a program of the command line ended, and what it wrote. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** @param environment all that it gets, beside the way to programs */
export function runProgram(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
  cwd?: string,
): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
