import { misspelledVariables } from './misspelled-variables.js';
import { variables } from './settings.js';

it.each([
  ['SSE_HEARTBEAT_SECOND', 'SSE_HEARTBEAT_SECONDS'],
  ['JWT_SECRETS', 'JWT_SECRET'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['CORS_ORIGNIS', 'CORS_ORIGINS'],
  ['Log_LEVEL', undefined],
  ['jWT_SECRET', 'JWT_SECRET'],
])('the variable %s is taken for %s', (name, likely) => {
  const lines = likely === undefined ? [] : [`${name} is not read: perhaps ${likely} is meant`];
  expect(misspelledVariables({ [name]: 'x' })).toEqual(lines);
});

it.each(['PORTS', 'HOSTS', 'HOSTNAME', 'DATABASE_USER', 'REDIS_PORT', 'NODE_PATH', 'X_LOG_LEVEL'])(
  'the variable %s, which other programs have, is taken for none',
  (name) => {
    expect(misspelledVariables({ [name]: 'x' })).toEqual([]);
  },
);

it('a variable that resembles one that is set is taken for none', () => {
  const environment = { DATABASE_URI: 'x', DATABASE_URL: 'postgres://db/qna' };
  expect(misspelledVariables(environment)).toEqual([]);
});

it('a variable that is read is never taken for another one', () => {
  const names = variables.map(({ name }) => [name, 'x']);
  expect(misspelledVariables(Object.fromEntries(names) as Record<string, string>)).toEqual([]);
});
