import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { log } from '../../lib/log.ts';
import { mintBearer } from '../../lib/pager/credential.ts';
import { mintToken } from '../../lib/principal.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('a line of the log', () => {
  test('is one JSON object with level, message and fields, whatever they hold', () => {
    log.warn('two\nlines', { requestId: 'r', atpId: 'AT-7', messageId: undefined, pk: 'a\u2028b' });
    expect(written).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(written)).toEqual({
      level: 'warn',
      msg: 'two\nlines',
      requestId: 'r',
      atpId: 'AT-7',
      pk: 'a\u2028b',
    });
  });

  test('tells of an error its name, message, stack and cause, and nothing that hangs on it', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { request: { body: 'SECRET' } });
    log.error('failed', { error });
    expect(JSON.parse(written).error).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      cause: { message: 'inner' },
    });
    expect(written).not.toContain('SECRET');
  });

  test('holds no token, even where an error quotes one', () => {
    const { token } = mintToken('@operator');
    log.info('called', { error: new Error(`refused: Bearer ${token}\n${token}`) });
    expect(written).toContain('Bearer atp_operator_***');
    expect(written).not.toContain(token.slice('atp_operator_'.length, 40));
    const bearer = mintBearer('abcd1234');
    log.info('paged', { error: new Error(`refused: Bearer ${bearer}`) });
    expect(written).toContain('Bearer page_abcd1234_***');
    expect(written).not.toContain(bearer.slice('page_abcd1234_'.length));
    log.info('told', { error: new Error('cannot be read: [{"secret":"whsec_c2VjcmV0K2FuZC9tb3Jl="}]') });
    expect(written).toContain('whsec_***');
    expect(written).not.toContain('c2VjcmV0');
  });
});

test('in Lambda, the whole of a long line goes to standard output without the stream of Node', async () => {
  const source = join(import.meta.dirname, '../../lib/log.ts');
  const stream = "Object.getOwnPropertyDescriptor(process, 'stdout')";
  const script = `
    const { log } = await import(${JSON.stringify(source)});
    let opened = false;
    const { get } = ${stream};
    Object.defineProperty(process, 'stdout', { get: () => { opened = true; return get.call(process); } });
    log.info('short');
    const shortly = opened;
    log.info('long', { text: 'x'.repeat(200_000) });
    log.info('end', { shortly });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' },
  });
  const lines = stdout
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each));
  expect(lines.map(({ msg }) => msg)).toEqual(['short', 'long', 'end']);
  expect(lines[1].text).toHaveLength(200_000);
  expect(lines[2].shortly).toBe(false);
});
