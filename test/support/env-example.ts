import { variables } from '../../src/config/settings.js';

const HEADER = `# Every variable there is, with its default. Nothing reads this file by itself: copy it to .env, give
# values to what you need, and hand it to the process:
#
#   node --env-file=.env dist/src/main.js
#
# or to all commands of a shell:
#
#   set -a; . ./.env; set +a
#
# An empty variable counts as unset. .env is ignored by git: it is the place for secrets.
`;

/** What `.env.example` has to say, made of what the code reads. */
export function envExample(): string {
  const entries = variables.map(
    ({ name, meaning, fallback }) => `# ${meaning}\n# ${name}=${defaultOf(fallback)}\n`,
  );
  return [HEADER, ...entries].join('\n');
}

type Fallback = (typeof variables)[number]['fallback'];

/** A default as it would be written into the environment. */
export function defaultOf(fallback: Fallback): string {
  if (Array.isArray(fallback)) return fallback.join(',');
  return fallback === undefined ? '' : String(fallback);
}
