/**
 * A server that can be measured.
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} entry below the project's folder, or absolute
 * @property {'migrated' | 'own' | 'none'} tables who makes its tables; none: it has no database
 * @property {string} [readyPath] answers 200 when it is ready; without one any answer counts
 * @property {boolean} [isOrdered] its ids must rise on every stream
 */

/** @type {Record<string, Kind>} */
export const SERVERS = {
  ours: {
    name: 'ours',
    entry: 'dist/src/main.js',
    tables: 'migrated',
    readyPath: '/health/ready',
    isOrdered: true,
  },
  silent: { name: 'silent', entry: 'bench/peers/silent.mjs', tables: 'migrated' },
  ceiling: { name: 'ceiling', entry: 'bench/peers/ceiling/server.mjs', tables: 'own' },
  plain: { name: 'plain', entry: 'dist/bench/plain/main.js', tables: 'own' },
  nestSse: { name: 'bare Nest', entry: 'dist/bench/nest-sse/main.js', tables: 'none' },
  nodeSse: { name: 'bare node', entry: 'bench/peers/node-sse.mjs', tables: 'none' },
};
