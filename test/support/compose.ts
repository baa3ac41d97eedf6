import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  user?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  networks: Record<string, { ipv4_address: string }> | string[];
  healthcheck?: object;
  stop_grace_period?: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  mem_limit?: string;
  tmpfs?: string[];
  logging?: { driver: string; options: Record<string, string> };
}

export type Services = Record<string, Service>;

/** The compose file as Docker Compose reads it. @param environment what `deploy/.env` holds */
export async function readCompose(environment: Record<string, string>): Promise<Services> {
  const text = await readFile('deploy/compose.yaml', 'utf8');
  const { services } = parse(interpolate(text, environment), { merge: true }) as {
    services: Services;
  };
  for (const service of Object.values(services))
    service.environment &&= asTexts(service.environment);
  return services;
}

/** A container gets texts, also where YAML has a number or nothing. */
function asTexts(environment: Record<string, string | number | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, String(value ?? '')]),
  );
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?}`; an empty value counts as none, as it does there. */
function interpolate(text: string, environment: Record<string, string>): string {
  return text.replace(
    /\$\{(\w+)(?:(:-)([^}]*)|:\?)?\}/g,
    (_, name: string, optional?: string, fallback = '') => {
      const value = environment[name];
      if (value) return value;
      if (optional === undefined) throw new Error(`${name} is not given`);
      return fallback as string;
    },
  );
}

/** Files and folders of a service that it can write to and that are gone with it. */
export function writableFolders({ tmpfs = [] }: Service): string[] {
  return tmpfs.map((entry) => entry.split(':')[0]!);
}
