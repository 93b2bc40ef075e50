/** `npm run mcp`: the service's `/mcp` for clients that start a process and speak through its standard input and output. */

import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Forwarder } from './mcp/forward.ts';
import { type Flags, whereOf } from './mcp/where.ts';

const HELP = `The service over standard input and output, for clients of the Model Context Protocol.

  npm run --silent mcp -- --role @pm             the local stack that npm start runs
  npm run --silent mcp -- --principal dev-2      by another of its tokens
  npm run --silent mcp -- --url https://...      a deployed one, with the token in HOTFIX_TOKEN

  --data DIR   a local stack with another data directory (default .local)
`;

const tell = (line: string): void => console.error(`mcp: ${line}`);

const read = (): Flags & { help: boolean } =>
  parseArgs({
    options: {
      url: { type: 'string' },
      data: { type: 'string', default: '.local' },
      role: { type: 'string' },
      principal: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

const run = async (): Promise<void> => {
  const { help, ...flags } = read();
  // Nothing but the protocol goes to standard output.
  if (help) return console.error(HELP);
  const forwarder = new Forwarder(whereOf(flags, process.env.HOTFIX_TOKEN), tell);
  const underWay = new Set<Promise<void>>();
  // The handshake comes first: what follows it needs the version that was agreed in it.
  let handshake: Promise<unknown> = Promise.resolve();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const answered = handshake.then(() => forwarder.forward(line));
    if (/"method"\s*:\s*"initialize"/.test(line)) handshake = answered;
    const written = answered.then((answer) => {
      underWay.delete(written);
      if (answer !== undefined) process.stdout.write(`${answer}\n`);
    });
    underWay.add(written);
  }
  await Promise.all(underWay);
};

await run().catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
