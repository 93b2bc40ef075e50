import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { callerRoles, severities } from '../../lib/model.ts';
import { destinations, type RoutingRule } from '../../lib/pager/integration.ts';

/** All rules of an integration are read with every page of it. */
const MOST_RULES = 100;

const pattern = z.string().min(1).max(200);
const patterns = z.array(pattern).min(1).max(100);

/** `RoutingRule` of lib/pager/integration.ts. An empty list would fit nothing, so it is refused. */
const rules = z
  .array(
    z.strictObject({
      severity: z.array(z.enum(severities)).min(1).optional(),
      environment: patterns.optional(),
      service: patterns.optional(),
      labels: z.record(pattern, pattern).optional(),
      to: z.enum(destinations),
      role: z.enum(callerRoles).optional(),
    }),
  )
  .max(MOST_RULES);

/** The rules in a file. Throws with every fault by its place in the list, `0.to`. */
export const rulesIn = (path: string): RoutingRule[] => {
  const { success, data, error } = rules.safeParse(jsonIn(path));
  if (success) return data;
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'the list'}: ${issue.message}`);
  throw new Error(`the rules in ${path} are refused: ${faults.join('; ')}`);
};

const jsonIn = (path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Error(`--rules ${path} cannot be read`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the rules in ${path} are no JSON`);
  }
};
