import { expect, test } from 'vitest';
import { handler } from '../../functions/health.ts';

test('given no token, when /healthz is called, then 200', async () => {
  const { statusCode, headers, body } = await handler();
  expect(statusCode).toBe(200);
  expect(headers?.['content-type']).toBe('application/json');
  expect(JSON.parse(body ?? '')).toEqual({ status: 'ok' });
});
