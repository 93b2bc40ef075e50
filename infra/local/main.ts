/** `npm start`: the deployed code on this machine, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { type EnvName, env } from '../../lib/env.ts';
import { freshAssembly } from './assembly.ts';
import { type RunningStack, startStack } from './start.ts';

const HELP = `Runs the control plane on this machine: the synthesized template with the bundles it names.

  npm start
  npm start -- --port 0 --data /tmp/stack --fresh

  --port N                  port of the API (default 4010; 0 takes any free one)
  --data DIR                data directory (default .local); stack.json there says how to call the stack
  --fresh                   forget what is in the data directory
  --dynamodb URL            use a DynamoDB that already runs, DynamoDB Local say
  --obligation-timeout S    seconds a closed ATP has to meet its obligations (default 900)
  --review-timeout S        seconds until a review is due (default 172800)
  --ack-timeout S           seconds a P0 directive may go unacknowledged
  --fix-timeout S           seconds a fix may go without a sign of life

Functions that the template gives no such variable do not see the option: in this version none sets a timer by the
acknowledgement or by the fix, so those two change nothing.
`;

const PARENT_POLL_MS = 500;

const seconds = (name: string, value: string | undefined): string | undefined => {
  if (value !== undefined && !/^\d{1,9}$/.test(value))
    throw new Error(`--${name} takes a whole number of seconds, not ${value}`);
  return value;
};

const read = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      data: { type: 'string', default: '.local' },
      fresh: { type: 'boolean', default: false },
      dynamodb: { type: 'string' },
      'ack-timeout': { type: 'string' },
      'fix-timeout': { type: 'string' },
      'obligation-timeout': { type: 'string' },
      'review-timeout': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes 0 to 65535, not ${values.port}`);
  for (const name of ['ack-timeout', 'fix-timeout'] as const) seconds(name, values[name]);
  const overrides: Partial<Record<EnvName, string>> = {};
  const obligation = seconds('obligation-timeout', values['obligation-timeout']);
  const review = seconds('review-timeout', values['review-timeout']);
  if (obligation !== undefined) overrides[env.obligationTimeout] = obligation;
  if (review !== undefined) overrides[env.reviewTimeout] = review;
  return { ...values, port, overrides };
};

const print = (line: string): void => console.log(line);

const run = async (): Promise<void> => {
  const { help, data, port, fresh, dynamodb, overrides } = read();
  if (help) return print(HELP);
  const assembly = freshAssembly(print);
  const stack = await startStack({
    assembly,
    data,
    port,
    fresh,
    overrides,
    told: print,
    ...(dynamodb && { dynamodb }),
  });
  print(`
The control plane runs at ${stack.url}, its data is in ${stack.data}.

  tokens, queues, topics   ${stack.data}/stack.json
  emails and SMS           ${stack.data}/outbox/
  logs of the functions    ${stack.data}/functions.log

  TOKEN=$(node -p 'require("${stack.data}/stack.json").tokens["@pm"]')
  curl ${stack.url}/tools/atp_list -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{}'

Ctrl-C ends it.
`);
  endWith(stack);
};

const endWith = (stack: RunningStack): void => {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await stack.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
  if (process.env.npm_lifecycle_event) whenAlone(() => void end());
};

/** An npm that is killed outright tells nobody: what it started would stay. */
const whenAlone = (act: () => void): void => {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || act(), PARENT_POLL_MS).unref();
};

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
