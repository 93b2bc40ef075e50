/** `npm start`: the deployed code on this machine, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { freshAssembly } from './assembly.ts';
import { type RunningStack, startStack } from './start.ts';
import type { GivenTimeouts } from './timeouts.ts';

const HELP = `Runs the control plane on this machine: the synthesized template with the bundles it names.

  npm start
  npm start -- --port 0 --data /tmp/stack --fresh

  --port N                  port of the API (default 4010; 0 takes any free one)
  --data DIR                data directory (default .local); stack.json there says how to call the stack
  --fresh                   forget what is in the data directory
  --webhooks                send events to the endpoints of npm run webhook, on this machine too
  --dynamodb URL            use a DynamoDB that already runs, DynamoDB Local say

Deadlines, in seconds; those of a fix and of a review hold for every flow that has one
  --ack-timeout S           a P0 directive unacknowledged, a start without a directive (default 300)
  --fix-timeout S           a fix without a sign of life (default 3600)
  --verification-timeout S  a completed fix neither closed nor sent back (default 1800)
  --obligation-timeout S    what a closed ATP owes (default 900)
  --review-timeout S        the review of a closed ATP (default 172800, of an emergency 86400)
  --review-reminder S       between two reminders of an overdue review (default 86400)
  --decision-timeout S      the link of a question to the operator (default 86400)

  --digest-interval S       seconds between two digests of notices by email, 1 to 900 (default 10)
`;

const PARENT_POLL_MS = 500;

const deadlines = {
  'ack-timeout': 'acknowledgement',
  'fix-timeout': 'fix',
  'verification-timeout': 'verification',
  'obligation-timeout': 'obligation',
  'review-timeout': 'review',
  'review-reminder': 'reminder',
  'decision-timeout': 'decision',
} as const satisfies Record<string, keyof GivenTimeouts>;
type Flag = keyof typeof deadlines;

const timeoutsOf = (values: { [flag in Flag]?: string }): GivenTimeouts => {
  const given: GivenTimeouts = {};
  for (const [flag, value] of Object.entries(values)) {
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${flag} takes a whole number of seconds, not ${value}`);
    if (Number(value) === 0) throw new Error(`--${flag} takes one second at least, not ${value}`);
    given[deadlines[flag as Flag]] = Number(value);
  }
  return given;
};

const text = { type: 'string' } as const;

const read = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      data: { type: 'string', default: '.local' },
      fresh: { type: 'boolean', default: false },
      webhooks: { type: 'boolean', default: false },
      dynamodb: text,
      'ack-timeout': text,
      'fix-timeout': text,
      'verification-timeout': text,
      'obligation-timeout': text,
      'review-timeout': text,
      'review-reminder': text,
      'decision-timeout': text,
      'digest-interval': text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, data, fresh, webhooks, dynamodb, port: given, 'digest-interval': digests, ...flags } = values;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port takes 0 to 65535, not ${given}`);
  if (digests !== undefined && !(/^\d{1,3}$/.test(digests) && Number(digests) >= 1 && Number(digests) <= 900))
    throw new Error(`--digest-interval takes 1 to 900 seconds, not ${digests}`);
  const digestInterval = digests === undefined ? undefined : Number(digests);
  return { help, data, fresh, webhooks, dynamodb, port, digestInterval, timeouts: timeoutsOf(flags) };
};

const print = (line: string): void => console.log(line);

const run = async (): Promise<void> => {
  const { help, data, port, fresh, webhooks, dynamodb, digestInterval, timeouts } = read();
  if (help) return print(HELP);
  const assembly = freshAssembly(print);
  const starting = startStack({
    assembly,
    data,
    port,
    fresh,
    timeouts,
    webhooks,
    digestInterval,
    told: print,
    ...(dynamodb && { dynamodb }),
  });
  // Before it runs: who ends it while it starts wants nothing to be left either.
  endWith(starting);
  const stack = await starting;
  print(`
The control plane runs at ${stack.url}, its data is in ${stack.data}.

  board                    ${stack.url}/, signed in with a token
  tokens, routing key      ${stack.data}/stack.json, with queues and topics
  emails and SMS           ${stack.data}/outbox/
  logs of the functions    ${stack.data}/functions.log

  TOKEN=$(node -p 'require("${stack.data}/stack.json").tokens["@pm"]')
  curl ${stack.url}/tools/atp_list -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{}'

Ctrl-C ends it.
`);
};

const endWith = (starting: Promise<RunningStack>): void => {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await (await starting).stop();
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
