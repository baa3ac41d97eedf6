import { fileURLToPath } from 'node:url';
import { problems } from '../../test/support/problems.js';
import { readSettings } from './settings.js';

const FILE = fileURLToPath(import.meta.url);
const ALLOWED =
  'host, port, user, password, application_name, options, ssl, sslmode, sslrootcert, sslcert, sslkey, sslnegotiation, uselibpqcompat';
const LIKE = 'must be an address like postgres://user:password@host:5432/name';
const ONE_HOST = 'must name one host, not several: let a proxy or a DNS name stand for them';
const HOST =
  'must name its host as in postgres://user:password@host:5432/name; an IPv6 address is in brackets: [::1]';
const NAME = 'must name a database after the host, as in postgres://user:password@host:5432/name';
const CHARACTERS = 'must name a database whose name holds none of ; / ? : @ & = + $ , #';
const PORT = 'must have a port from 1 to 65535';
const AT =
  'must not hold an @ after the host: in a password a ? is %3F, a / is %2F and an @ is %40';
const PERCENT = 'must not hold a % alone: it is written %25, also in a password';
const SSLMODE = 'must have as sslmode one of disable, no-verify, require, verify-ca, verify-full';

it.each([
  'postgres://user:pass@host:5432/qna',
  'postgresql://host/qna',
  'postgres://user@host/qna',
  'postgres://u:100%25@db/board',
  'postgres://u:p@ss:word@db/board',
  'postgres://user:pass@[::1]:5432/qna',
  'postgres://10.0.0.1/qna',
  'postgres://db_1.internal/qna-2_x',
  'postgresql://db/a%20b?sslmode=verify-full',
  'postgresql:///qna?host=/run/postgresql',
  'postgresql:///qna?host=/run/postgresql&port=5433&user=me&password=x',
  'postgres://user@/qna?host=/run/postgresql',
  'postgres://user:pass@%2Frun%2Fpostgresql/qna',
  'postgres://host/qna?application_name=board&options=-c%20search_path%3Dboard',
  'postgres://host/qna?ssl=true',
  'postgres://host/qna?sslmode=require&uselibpqcompat=true&sslnegotiation=direct',
  `postgres://host/qna?sslmode=verify-full&sslrootcert=${FILE}&sslcert=${FILE}&sslkey=${FILE}`,
])('DATABASE_URL may be %s', (url) => {
  expect(readSettings({ DATABASE_URL: url }).databaseUrl).toBe(url);
});

it.each(['require', 'verify-ca'])('sslmode=%s in DATABASE_URL means verify-full', (mode) => {
  const url = (sslmode: string) => `postgres://host/qna?sslmode=${sslmode}&application_name=board`;
  expect(readSettings({ DATABASE_URL: url(mode) }).databaseUrl).toBe(url('verify-full'));
});

it.each([
  ['mysql://host/qna', LIKE],
  ['POSTGRES://host/qna', LIKE],
  ['host/qna', LIKE],
  ['postgres:host', LIKE],
  ['/run/postgresql qna', LIKE],
  ['postgres://ho<st/qna', LIKE],
  ['postgres://user@:5432/qna', LIKE],
  ['postgres://a:5432,b:5432/qna', ONE_HOST],
  ['postgres://u:p@a,b/qna', ONE_HOST],
  ['postgres:///qna?host=a,b', ONE_HOST],
  ['postgres://host:port/qna', HOST],
  ['postgres://::1/qna', HOST],
  ['postgres://u:p@[::1/qna', HOST],
  ['postgres://host:0/qna', PORT],
  ['postgres://host:99999/qna', PORT],
  ['postgres://host:05432/qna', PORT],
  ['postgres:///qna?host=/run&port=0', PORT],
  ['postgres://host', NAME],
  ['postgres://host/', NAME],
  ['postgres://host?sslmode=require', NAME],
  ['postgres://host/a/b', CHARACTERS],
  ['postgres://host/a%2Fb', CHARACTERS],
  ['postgres://host/a%23b', CHARACTERS],
  ['postgres://u:p#ss@host/qna', 'must not hold a #: it is written %23'],
  ['postgres://u:1?x@host/qna', AT],
  ['postgres://u:1/x@host/qna', AT],
  ['postgres://u:100%@db/board', PERCENT],
  ['postgres://u:p@db/%zz', PERCENT],
  ['postgres://u:%ff@db/board', PERCENT],
  ['postgres://host/qna?application_name=%', PERCENT],
  ['postgres://host/a b', 'must not hold white space: a space is written %20'],
  ['postgres://ho\nst/qna', 'must not hold white space: a space is written %20'],
])('DATABASE_URL may not be %j', (url, problem) => {
  expect(problems({ DATABASE_URL: url })).toEqual([`DATABASE_URL ${problem}`]);
});

it.each([
  ['sslmode=prefer', SSLMODE],
  ['sslmode=Require', SSLMODE],
  ['sslmode=', 'must have a value for sslmode, or not name it'],
  ['sslmode=require&sslmode=disable', 'must give sslmode once'],
  ['host=other', 'must give host once'],
  ['user=other', 'must give user once'],
  ['port=5433', 'must give port once'],
  ['ssl=false', 'must have as ssl one of true, no-verify'],
  ['ssl=true&sslmode=disable', 'must have ssl or sslmode, not both'],
  ['sslnegotiation=no', 'must have as sslnegotiation one of postgres, direct'],
  ['sslrootcert=/no/such/file', 'must have as sslrootcert a file that exists and can be read'],
  ['sslkey=/', 'must have as sslkey a file that exists and can be read'],
  ...[
    'statement_timeout=0',
    'connect_timeout=10',
    'channel_binding=require',
    'target_session_attrs=read-write',
    'client_encoding=latin1',
    'database=other',
    'dbname=other',
    'max=5',
    'SSLMODE=require',
  ].map((query): [string, string] => [
    query,
    `must not have the parameter ${query.split('=')[0]}: allowed are ${ALLOWED}`,
  ]),
  ['s3cr3t!=1', `must not have such a parameter: allowed are ${ALLOWED}`],
])('DATABASE_URL may not have the parameters %s', (query, problem) => {
  expect(problems({ DATABASE_URL: `postgres://me@host:5432/qna?${query}` })).toEqual([
    `DATABASE_URL ${problem}`,
  ]);
});
