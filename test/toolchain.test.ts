import { expect, test } from 'vitest';

test('given npm ci on a machine with an older Node, when anything runs from the scripts, then it runs on Node 24', () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
});
