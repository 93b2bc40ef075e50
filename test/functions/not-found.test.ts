import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handler } from '../../functions/not-found.ts';
import { toolNames } from '../../lib/model.ts';

const asked = async (method: string, path: string) => {
  const http = { method, path };
  const answer = await handler({ requestContext: { requestId: 'r-1', http } } as APIGatewayProxyEventV2);
  return { ...answer, problem: JSON.parse(answer.body ?? '') };
};

describe('a call that has no route', () => {
  test('given an unknown path, then NOT_FOUND names it and every tool', async () => {
    const { statusCode, headers, problem } = await asked('POST', '/tools/atp_delete');
    expect(statusCode).toBe(404);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(problem).toMatchObject({ code: 'NOT_FOUND', status: 404, requestId: 'r-1' });
    expect(problem.detail).toContain('POST /tools/atp_delete');
    for (const tool of toolNames) expect(problem.detail).toContain(tool);
  });

  test('given the path of a tool and another method, then the refusal says which method it takes', async () => {
    const { problem } = await asked('GET', '/tools/atp_set');
    expect(problem.detail).toBe('atp_set is called with POST, not with GET.');
  });

  test.each([
    ['POST', '/atps', '/atps'],
    ['PUT', '/atps/AT-1', '/atps/{atpId}'],
    ['HEAD', '/inbox', '/inbox'],
    ['POST', '/atps/AT-1/report', '/atps/{atpId}/report'],
  ])('given %s %s, then the refusal says that it is read with GET', async (method, path, route) => {
    const { problem } = await asked(method, path);
    expect(problem.detail).toMatch(`${route} is read with GET, not with ${method}. Tools are called with POST`);
  });

  test('given an unknown path near one that is read, then the refusal names what is', async () => {
    for (const path of ['/atps/', '/atps/AT-1/messages', '/inboxes'])
      expect((await asked('GET', path)).problem.detail).toMatch(
        /Read over GET are \/atps, \/atps\/\{atpId\}, \/inbox, \/atps\/\{atpId\}\/report\.$/,
      );
  });

  test('given any text at all, then the answer is short, well formed and without control characters', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 5_000 });
    await fc.assert(
      fc.asyncProperty(text, text, async (method, path) => {
        const { statusCode, problem } = await asked(method, path);
        expect(statusCode).toBe(404);
        expect(problem.detail.length).toBeLessThan(1_000);
        expect(problem.detail.isWellFormed()).toBe(true);
        expect(problem.detail).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test('given a long path with a wide character at the cut, then it is not cut in the middle', async () => {
    const { problem } = await asked('POST', `/${'🔥'.repeat(200)}`);
    expect(problem.detail).toContain(`/${'🔥'.repeat(99)}…`);
  });
});
