import { expect, test } from 'vitest';
import { PayloadTooLarge } from '../../../infra/local/functions.ts';
import { givenFunction } from '../../support/bundle.ts';
import { until } from '../../support/until.ts';

/** Counts its invocations, and answers as the event asks. */
const counting = `
let invocations = 0;
export const handler = async ({ wait = 0, crash, spin, fill, big, reject }) => {
  invocations++;
  if (crash) process.exit(3);
  if (spin) for (;;);
  if (fill) { const kept = []; for (;;) kept.push(new Array(100000).fill(kept.length)); }
  if (reject) throw new RangeError('out of it');
  await new Promise((resolve) => setTimeout(resolve, wait));
  return big ? 'x'.repeat(big) : invocations;
};`;

test('given an environment that is warm, when calls follow one another, then the same one answers', async () => {
  const { target } = givenFunction(counting);
  expect(await target.invoke({})).toBe(1);
  expect(await target.invoke({})).toBe(2);
});

test('given a call in flight, when another comes, then it has an environment of its own', async () => {
  const { target } = givenFunction(counting);
  expect(await Promise.all([target.invoke({ wait: 100 }), target.invoke({ wait: 100 })])).toEqual([1, 1]);
});

test('given more calls at once than there are environments, when all are answered, then each environment took several', async () => {
  const { target } = givenFunction(counting);
  const answers = await Promise.all(Array.from({ length: 25 }, () => target.invoke({ wait: 20 })));
  expect(answers.filter((invocations) => invocations === 1)).toHaveLength(10);
  expect(Math.max(...(answers as number[]))).toBeGreaterThanOrEqual(3);
});

test('given its own environment variables, when a function looks, then it sees these and none of this process', async () => {
  process.env.OF_THIS_PROCESS = 'secret';
  const { target } = givenFunction('export const handler = () => process.env;', { variables: { TABLE_NAME: 'mine' } });
  expect(await target.invoke({})).toEqual({ TABLE_NAME: 'mine' });
});

test('given a handler, when it looks at its context, then it has what Lambda gives', async () => {
  const source = `export const handler = (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`;
  const { target } = givenFunction(source, { timeoutSeconds: 7 });
  const context = (await target.invoke({})) as { left: number };
  expect(context).toMatchObject({
    functionName: 'Fixture',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture',
    memoryLimitInMB: '128',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(context.left).toBeGreaterThan(0);
  expect(context.left).toBeLessThanOrEqual(7_000);
});

test.each([
  ['throws', { reject: true }, 'RangeError', 2],
  ['exits', { crash: true }, 'Runtime.ExitError', 1],
  ['exceeds its time, even without ever yielding', { spin: true }, 'Sandbox.Timedout', 1],
  ['exceeds its memory', { fill: true }, 'Runtime.OutOfMemory', 1],
])('given a handler that %s, when it is called again, then it answers again', async (_, event, errorType, next) => {
  const { target, logged } = givenFunction(counting, { timeoutSeconds: 'fill' in event ? 10 : 1, memoryMegabytes: 32 });
  await expect(target.invoke(event)).rejects.toMatchObject({ name: 'FunctionError', errorType });
  expect(await target.invoke({})).toBe(next);
  await until(() => logged().includes(`"errorType":"${errorType}"`));
});

test('given a bundle that fails to load, when it is called, then the call fails by the reason', async () => {
  const { target } = givenFunction(`throw new TypeError('TABLE_NAME is missing');`);
  await expect(target.invoke({})).rejects.toMatchObject({ errorType: 'TypeError', message: 'TABLE_NAME is missing' });
});

test('given a call in flight, when the function is restarted, then that call fails and the next starts cold', async () => {
  const { target } = givenFunction(counting);
  await target.invoke({});
  const inFlight = target.invoke({ wait: 10_000 });
  const failing = expect(inFlight).rejects.toMatchObject({ name: 'FunctionError' });
  await target.restart();
  await failing;
  expect(await target.invoke({})).toBe(1);
});

test('given calls that run and calls that wait, when the function is ended, then all of them fail, and so does the next', async () => {
  const { target } = givenFunction(counting);
  const calls = Array.from({ length: 15 }, () => target.invoke({ wait: 60_000 }));
  const settled = Promise.allSettled(calls);
  await target.end();
  expect((await settled).map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
  await expect(target.invoke({})).rejects.toMatchObject({ errorType: 'Stopped' });
});

test('given an event over 6 MB, when a function is called with it, then Lambda refuses it', async () => {
  const { target } = givenFunction(counting);
  await expect(target.invoke({ text: 'x'.repeat(6 * 1024 * 1024) })).rejects.toBeInstanceOf(PayloadTooLarge);
});

test('given an answer over 6 MB, when a function returns it, then the call fails', async () => {
  const { target } = givenFunction(counting);
  const failing = target.invoke({ big: 6 * 1024 * 1024 });
  await expect(failing).rejects.toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
});

test('given a handler that writes to its log, when it has answered, then the log holds it', async () => {
  const { target, logged } = givenFunction(`export const handler = () => console.log('seen by', process.env.NAME);`, {
    variables: { NAME: 'nobody' },
  });
  await target.invoke({});
  await until(() => logged().includes('seen by nobody\n'));
});
