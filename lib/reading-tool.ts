import { jsonAnswer } from './http/answer.ts';
import { type Caller, serve, type Tool } from './tool.ts';

/** A tool that changes nothing. `caller.items` holds what it asked for in `reads`. */
export type ReadingTool<Input, Output extends object, Given = unknown> = Tool<Input, Given> & {
  answer: (input: Input, caller: Caller) => Promise<Output> | Output;
};

/** Keeps the types of input and output for whoever imports the tool. */
export const readingTool = <Input, Output extends object, Given>(tool: ReadingTool<Input, Output, Given>) => tool;

export const serveReading = <Input, Output extends object>(tool: ReadingTool<Input, Output>) =>
  serve(tool, async (input, caller) => jsonAnswer(JSON.stringify(await tool.answer(input, caller))));
