import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowsPage } from '../../../infra/docs/flows.ts';

it('given the tables of the flows, then docs/flows.md is what they say (npm run docs:flows writes it)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/flows.md'), 'utf8');
  expect(page).toBe(flowsPage());
});
