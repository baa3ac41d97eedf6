import os from 'node:os';

/** What the figures were measured on. Nothing that names the machine itself. */
export function machine(databaseVersion) {
  const cpus = os.cpus();
  return {
    processor: cpus[0]?.model.trim() || 'unknown',
    cores: os.availableParallelism(),
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    node: process.versions.node,
    postgresql: databaseVersion,
  };
}

/** @param {ReturnType<typeof machine>} found */
export function describeMachine(found) {
  const { processor, cores, memoryGigabytes, system, node, postgresql } = found;
  return (
    `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, ` +
    `Node ${node}, PostgreSQL ${postgresql}`
  );
}

/** Whether others were at work when the bench began: then its figures say little. */
export function isBusy() {
  return os.loadavg()[0] > os.availableParallelism() / 2;
}
