import * as z from 'zod/mini';
import { type ToolName, toolNames } from '../../../lib/model.ts';
import type { Tool } from '../../../lib/tool.ts';

/** What a caller is shown of an input: the parts of JSON Schema that the tools' schemas use. */
export type Shown = {
  type?: string;
  enum?: string[];
  properties?: Record<string, Shown>;
  required?: string[];
  items?: Shown;
  anyOf?: Shown[];
};
export type ShownTool = { name: ToolName; input: Tool<unknown>['input']; schema: Shown };

/** Every tool as a catalogue shows it. Loaded once the environment of a service stands. */
export const shownTools = (): Promise<ShownTool[]> =>
  Promise.all(
    toolNames.map(async (name) => {
      const { tool } = (await import(`../../../functions/tools/${name}.ts`)) as { tool: Tool<unknown> };
      return { name, input: tool.input, schema: z.toJSONSchema(tool.input, { io: 'input' }) as Shown };
    }),
  );
