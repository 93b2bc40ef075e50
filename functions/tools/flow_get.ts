import * as z from 'zod/mini';
import { flowOf, servedTypes } from '../../lib/flow/flows.ts';
import { readingTool, serveReading } from '../../lib/reading-tool.ts';

export const tool = readingTool({
  name: 'flow_get',
  title: 'Read a flow',
  description:
    'Answers the transition table of a flow: from, to, role, tools and guards of every step. from null is a new ATP.',
  input: z.strictObject({ type: z.enum(servedTypes) }),
  answer: ({ type }) => {
    return {
      type,
      transitions: flowOf({ type }).transitions.flatMap(({ step, from, to, roles, tools, artifact, guards }) =>
        roles.map((role) => ({
          step,
          from,
          to,
          role,
          tools,
          ...(artifact && { artifact }),
          guards: guards.map(({ code }) => code),
          rules: guards.map(({ rule }) => rule),
        })),
      ),
    };
  },
});

export const handler = serveReading(tool);
