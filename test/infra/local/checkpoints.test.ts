import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Checkpoints } from '../../../infra/local/checkpoints.ts';
import { givenDirectory } from '../../support/bundle.ts';

test('given a position, when the file is read again, then it is there', () => {
  const file = join(givenDirectory(), 'checkpoint.json');
  new Checkpoints(file, 'arn:stream').set('shard', '7');
  expect(new Checkpoints(file, 'arn:stream').get('shard')).toBe('7');
});

test('given the stream of a table made anew, when its position is asked for, then there is none', () => {
  const file = join(givenDirectory(), 'checkpoint.json');
  new Checkpoints(file, 'arn:stream/before').set('shard', '7');
  expect(new Checkpoints(file, 'arn:stream/after').get('shard')).toBeUndefined();
});

test('given a file that is broken, when it is read, then one line names it', () => {
  const file = join(givenDirectory(), 'checkpoint.json');
  writeFileSync(file, '{"arn');
  expect(() => new Checkpoints(file, 'arn:stream')).toThrow(`${file} is broken: delete it`);
});
