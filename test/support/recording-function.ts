import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenDirectory, givenFunction } from './bundle.ts';

/**
 * Notes the keys of each batch it is given, then fails on those it is told to fail on: by their identifiers, or as a
 * whole by throwing. A key is `pk` of a stream's record, the body of a queue's message.
 */
const source = `
import { appendFileSync, existsSync } from 'node:fs';
export const handler = async ({ Records }) => {
  const keyOf = (record) => record.dynamodb?.Keys.pk.S ?? record.body;
  appendFileSync(process.env.DIRECTORY + '/batches', JSON.stringify(Records.map(keyOf)) + '\\n');
  const failed = Records.filter((record) => existsSync(process.env.DIRECTORY + '/fail-' + keyOf(record)));
  if (failed.length > 0 && process.env.THROWS) throw new Error('failed on ' + failed.map(keyOf));
  const itemIdentifier = ({ dynamodb, messageId }) => dynamodb?.SequenceNumber ?? messageId;
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: itemIdentifier(record) })) };
};`;

export const givenRecordingFunction = ({ throws = false }: { throws?: boolean } = {}) => {
  const directory = givenDirectory();
  const { target } = givenFunction(source, {
    name: 'Recording',
    variables: { DIRECTORY: directory, ...(throws && { THROWS: 'yes' }) },
  });
  const batches = (): string[][] => {
    const path = join(directory, 'batches');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line));
  };
  return {
    target,
    /** Keys of each batch, in the order of the invocations. */
    batches,
    seen: (): string[] => batches().flat(),
    failOn: (key: string) => writeFileSync(join(directory, `fail-${key}`), ''),
    succeedOn: (key: string) => rmSync(join(directory, `fail-${key}`)),
  };
};
