import { problems } from '../../test/support/problems.js';
import { readSettings } from './settings.js';

const LIKE = 'must be an address like redis://user:password@host:6379/0';
const DATABASE =
  'must have a database from 0 to 15 after the host, as in redis://user:password@host:6379/0';

it.each([
  'redis://cache',
  'redis://cache:6379',
  'redis://cache:6379/',
  'redis://:p@ss@cache/15',
  'rediss://user:pass@cache/0',
  'redis://user:100%25@cache',
  'redis://[::1]:6379/1',
])('REDIS_URL may be %s', (url) => {
  expect(readSettings({ REDIS_URL: url }).redisUrl).toBe(url);
});

it.each([
  ['http://cache', LIKE],
  ['cache:6379', LIKE],
  ['unix:/run/redis.sock', LIKE],
  ['redis://', 'must name a host, as in redis://user:password@host:6379/0'],
  ['redis:///1', 'must name a host, as in redis://user:password@host:6379/0'],
  ['redis://a:1,b:2', 'must name one host, not several: let a proxy or a DNS name stand for them'],
  ['redis://cache:0', 'must have a port from 1 to 65535'],
  ['redis://cache/queue', DATABASE],
  ['redis://cache/16', DATABASE],
  ['redis://cache/01', DATABASE],
  ['redis://cache/0/1', DATABASE],
  ['redis://cache?db=1', 'must not have parameters: TLS is asked for by rediss://'],
  ['redis://user:100%@cache', 'must not hold a % alone: it is written %25, also in a password'],
  ['redis://:p#w@cache', 'must not hold a #: it is written %23'],
  [
    'redis://secret@cache',
    'must have a password after the user; without a user: redis://:password@host',
  ],
])('REDIS_URL may not be %s', (url, problem) => {
  expect(problems({ REDIS_URL: url })).toEqual([`REDIS_URL ${problem}`]);
});
