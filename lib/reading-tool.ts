import { jsonAnswer } from './http/answer.ts';
import { parseRead, validateReads } from './http/rest.ts';
import { type Caller, type Effect, serve, type Tool } from './tool.ts';

/** A tool that changes nothing. `caller.items` holds what it asked for in `reads`. */
export type ReadingTool<Input, Output extends object, Given = unknown> = Tool<Input, Given> & {
  answer: (input: Input, caller: Caller) => Promise<Output> | Output;
};

/** Keeps the types of input and output for whoever imports the tool. */
export const readingTool = <Input, Output extends object, Given>(tool: ReadingTool<Input, Output, Given>) => tool;

const effectOf =
  <Input, Output extends object>(tool: ReadingTool<Input, Output>): Effect<Input> =>
  async (input, caller) =>
    jsonAnswer(JSON.stringify(await tool.answer(input, caller)));

export const serveReading = <Input, Output extends object>(tool: ReadingTool<Input, Output>) =>
  serve(tool, effectOf(tool));

/** Serves a GET of the tool's resource as well, which has all fields of a POST but `hidden`. */
export const serveResource = <Input, Output extends object>(tool: ReadingTool<Input, Output>, ...hidden: string[]) =>
  serve(tool, effectOf(tool), { parse: (event) => parseRead(event, tool.input, hidden) }).use(validateReads());
