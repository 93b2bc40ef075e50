import { parseSync, Visitor } from 'vite';

/**
 * V8 only looks for the end of a function until it is called, and then reads it again with all that lies within, which it
 * looks through once more. A function in brackets it takes for one that is called at once, and compiles it with what is
 * around it (https://v8.dev/blog/preparser, "PIFE"). Of what a bundle holds a start calls half: reading all of it once is
 * less than reading that half again and again. docs/adr/0122 has the figures. Methods and declarations have no brackets.
 */
export const withEagerFunctions = (code: string): string => {
  const { program, errors } = parseSync('bundle.mjs', code);
  if (errors.length > 0) throw new Error(`what was bundled cannot be read: ${errors[0]?.message}`);
  const methods = new Set<unknown>();
  const functions: { start: number; end: number }[] = [];
  new Visitor({
    MethodDefinition: ({ value }) => void methods.add(value),
    Property: ({ method, kind, value }) => void ((method || kind !== 'init') && methods.add(value)),
    ArrowFunctionExpression: (node) => void functions.push(node),
    FunctionExpression: (node) => void (methods.has(node) || functions.push(node)),
  }).visit(program);
  return bracketed(code, functions);
};

/** What closes at one place comes before what opens there. */
const bracketed = (code: string, spans: readonly { start: number; end: number }[]): string => {
  const closing = spans.map(({ end }) => ({ at: end, bracket: ')' }));
  const opening = spans.map(({ start }) => ({ at: start, bracket: '(' }));
  const inOrder = [...closing, ...opening].sort((a, b) => a.at - b.at);
  const pieces = inOrder.map(({ at, bracket }, position) => bracket + code.slice(at, inOrder[position + 1]?.at));
  return code.slice(0, inOrder[0]?.at) + pieces.join('');
};
