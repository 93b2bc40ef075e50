import * as z from 'zod/mini';
import { flowGetAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { flowOf, servedTypes } from '../../lib/flow/flows.ts';
import { readingTool, serveReading } from '../../lib/reading-tool.ts';

export const tool = readingTool({
  name: 'flow_get',
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

export const documentation: Documentation = {
  title: 'Read a flow',
  description:
    'Answers the transition table of a flow: from, to, role, tools and guards of every step. from null is a new ATP.',
  readOnly: true,
  output: flowGetAnswer,
  fields: {
    type: 'The flow.',
  },
};

export const handler = serveReading(tool);
