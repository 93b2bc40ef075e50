import type * as z from 'zod/mini';

/** What is said of a tool to those who call it. It stands beside the tool and is left out of the tool's bundle. */
export type Documentation = {
  title: string;
  /** For the agent that chooses between tools: what it does, by whom, what it needs. */
  description: string;
  /** Changes nothing. */
  readOnly?: true;
  /** Can end or undo something for good: a closure, a completion, an ownership. */
  destructive?: true;
  /** The same call made twice has the effect of one; the second may be refused. */
  idempotent?: true;
  /** Can reach people by email and SMS. */
  tellsPeople?: true;
  output: () => z.ZodMiniType;
  /** Of inputs, by dotted path, where the usual description (fields.ts) does not fit. */
  fields?: Readonly<Record<string, string>>;
};
