// @nestjs/throttler is CommonJS and requires Nest, which is made of ES modules. Node does that; Jest
// can only from Node 24.9 on. So its files are evaluated here, with the Nest that the tests import.
import { readFileSync } from 'node:fs';
import * as asyncHooks from 'node:async_hooks';
import * as crypto from 'node:crypto';
import * as net from 'node:net';
import { compileFunction } from 'node:vm';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';

const FOLDER = new URL('../../node_modules/@nestjs/throttler/dist/', import.meta.url);
const modules = new Map([
  ['@nestjs/common', common],
  ['@nestjs/core', core],
  ['async_hooks', asyncHooks],
  ['net', net],
  ['node:crypto', crypto],
]);

function load(name) {
  if (!modules.has(name)) {
    const exports = {};
    modules.set(name, exports);
    const source = readFileSync(new URL(`${name}.js`, FOLDER), 'utf8');
    compileFunction(source, ['exports', 'require'])(exports, load);
  }
  return modules.get(name);
}

export const { getOptionsToken, getStorageToken, ThrottlerGuard } = load('./index');
