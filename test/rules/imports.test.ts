import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { cycleIn, type Import, importsOf, sources } from '../support/imports.ts';

const root = join(import.meta.dirname, '../..');

const leaves = [
  'lib/aws-json.ts',
  'lib/request-timeouts.ts',
  'lib/model.ts',
  'lib/env.ts',
  'lib/ids.ts',
  'lib/log.ts',
  'lib/ulid.ts',
  'lib/duration.ts',
];
const tools = [
  'lib/waiting.ts',
  'lib/tool.ts',
  'lib/reading-tool.ts',
  'lib/writing-tool.ts',
  'lib/idempotency.ts',
  'lib/turn.ts',
];
/** What an operator makes for a source of pages. */
const integrations = ['lib/pager/credential.ts', 'lib/pager/integration.ts', 'lib/pager/secret-list.ts'];
/** What takes pages in: it reads, plans and writes. */
const taking = ['door', 'intake', 'secret-list', 'secrets', 'surroundings'].map((name) => `lib/pager/${name}.ts`);

/**
 * Which files a file may import: the first room that holds it says so, its own files among them. A path that ends in
 * `/` is a directory with all below it. A file in no room may import nothing: a new one at the top of `lib` is put here.
 */
const rooms: readonly { files: readonly string[]; may: readonly string[] }[] = [
  ...leaves.map((file) => ({ files: [file], may: [] })),
  { files: ['lib/refusal.ts'], may: ['lib/model.ts'] },
  { files: ['lib/principal.ts'], may: ['lib/model.ts'] },
  { files: ['lib/schema.ts'], may: ['lib/model.ts', 'lib/ids.ts'] },
  { files: ['lib/flow/'], may: ['lib/model.ts', 'lib/refusal.ts', 'lib/ids.ts', 'lib/duration.ts'] },
  { files: ['lib/view.ts'], may: ['lib/model.ts', 'lib/refusal.ts', 'lib/flow/'] },
  { files: ['lib/catalogue/'], may: ['lib/model.ts', 'lib/refusal.ts'] },
  { files: ['lib/html.ts'], may: [] },
  { files: ['lib/docs/'], may: ['lib/html.ts'] },
  { files: ['lib/store/'], may: [...leaves, 'lib/refusal.ts', 'lib/principal.ts', 'lib/flow/write.ts'] },
  { files: ['lib/metrics/names.ts'], may: [] },
  { files: ['lib/metrics/'], may: [...leaves, 'lib/flow/write.ts', 'lib/store/'] },
  {
    files: ['lib/http/'],
    may: [...leaves, 'lib/refusal.ts', 'lib/principal.ts', 'lib/store/unavailable.ts', 'lib/metrics/measured.ts'],
  },
  { files: ['lib/decision/link.ts'], may: ['lib/ids.ts'] },
  { files: ['lib/parameter-store.ts'], may: ['lib/aws-json.ts', 'lib/request-timeouts.ts'] },
  {
    files: ['lib/decision/key.ts', 'lib/decision/signing-key.ts'],
    may: ['lib/parameter-store.ts', 'lib/decision/key.ts'],
  },
  {
    files: ['lib/notify/'],
    may: [...leaves, 'lib/store/', 'lib/decision/link.ts', 'lib/decision/signing-key.ts'],
  },
  // A page of a person, and a write of the flow.
  {
    files: ['lib/decision/'],
    may: [
      ...leaves,
      'lib/refusal.ts',
      'lib/principal.ts',
      'lib/schema.ts',
      'lib/html.ts',
      'lib/flow/',
      'lib/http/',
      'lib/metrics/effects.ts',
      'lib/notify/plain-text.ts',
      'lib/notify/wording.ts',
      'lib/settle.ts',
      'lib/store/',
    ],
  },
  // The adapters are beside it, and know nothing of it.
  {
    files: taking,
    may: [
      ...leaves,
      'lib/refusal.ts',
      'lib/settle.ts',
      'lib/parameter-store.ts',
      'lib/flow/',
      'lib/store/',
      'lib/pager/',
      'lib/metrics/',
    ],
  },
  { files: ['lib/pager/'], may: ['lib/model.ts', 'lib/refusal.ts', 'lib/ids.ts'] },
  // It takes the tools, and the way to the table, from the function.
  {
    files: ['lib/mcp/'],
    may: [...leaves, 'lib/refusal.ts', 'lib/catalogue/', 'lib/flow/', 'lib/http/', 'lib/notify/plain-text.ts'],
  },
  {
    files: ['lib/report/'],
    may: [
      'lib/model.ts',
      'lib/duration.ts',
      'lib/view.ts',
      'lib/flow/brief.ts',
      'lib/store/',
      'lib/mcp/literal.ts',
      'lib/notify/plain-text.ts',
    ],
  },
  { files: ['lib/settle.ts'], may: ['lib/refusal.ts', 'lib/flow/write.ts', 'lib/store/', 'lib/metrics/effects.ts'] },
  { files: ['lib/timer/queue.ts'], may: ['lib/model.ts', 'lib/request-timeouts.ts'] },
  // It takes the plan that it fires from the function.
  {
    files: ['lib/timer/'],
    may: [...leaves, 'lib/flow/call.ts', 'lib/flow/write.ts', 'lib/settle.ts', 'lib/store/', 'lib/metrics/measured.ts'],
  },
  // What is mailed when: a digest that is due waits in the queue of timers.
  {
    files: ['lib/digest/'],
    may: [...leaves, 'lib/notify/', 'lib/store/', 'lib/timer/queue.ts'],
  },
  { files: ['lib/webhook/queue.ts'], may: ['lib/model.ts', 'lib/request-timeouts.ts'] },
  { files: ['lib/webhook/'], may: [...leaves, 'lib/view.ts', 'lib/store/'] },
  { files: ['lib/outbox/outcome.ts'], may: ['lib/store/'] },
  { files: ['lib/outbox/stream.ts'], may: ['lib/log.ts', 'lib/store/', 'lib/outbox/outcome.ts'] },
  // It publishes nothing.
  {
    files: ['lib/outbox/events.ts'],
    may: ['lib/model.ts', 'lib/store/', 'lib/timer/queue.ts', 'lib/webhook/queue.ts', 'lib/outbox/outcome.ts'],
  },
  {
    files: ['lib/outbox/'],
    may: ['lib/model.ts', 'lib/notify/', 'lib/digest/', 'lib/store/', 'lib/timer/queue.ts'],
  },
  { files: ['lib/client.ts', 'lib/client/'], may: ['lib/model.ts', 'lib/refusal.ts', 'lib/view.ts'] },
  // In the browser, and nothing else of the service: it asks over HTTP.
  { files: ['lib/board/'], may: ['lib/model.ts', 'lib/view.ts'] },
  {
    files: tools,
    may: [
      ...leaves,
      'lib/refusal.ts',
      'lib/principal.ts',
      'lib/view.ts',
      'lib/http/',
      'lib/store/',
      'lib/flow/',
      'lib/settle.ts',
      'lib/metrics/effects.ts',
    ],
  },
  {
    files: ['functions/tools/'],
    may: [
      ...leaves,
      'lib/refusal.ts',
      'lib/schema.ts',
      'lib/view.ts',
      'lib/store/',
      'lib/flow/',
      'lib/catalogue/',
      ...tools,
    ],
  },
  { files: ['functions/tools.ts'], may: ['lib/model.ts', 'lib/catalogue/documentation.ts', 'functions/tools/'] },
  { files: ['functions/openapi.ts'], may: ['docs/openapi.json', 'lib/docs/', 'lib/http/asset.ts'] },
  {
    files: ['functions/mcp.ts'],
    may: [
      ...leaves,
      'lib/http/bearer.ts',
      'lib/mcp/',
      'lib/store/',
      'lib/model.ts',
      'lib/tool.ts',
      'functions/tools.ts',
      'functions/tools/',
    ],
  },
  {
    files: ['functions/decision.ts'],
    may: [...leaves, 'lib/refusal.ts', 'lib/http/', 'lib/store/', 'lib/decision/'],
  },
  {
    files: ['functions/report.ts'],
    may: [
      'lib/model.ts',
      'lib/refusal.ts',
      'lib/schema.ts',
      'lib/tool.ts',
      'lib/flow/permit.ts',
      'lib/http/',
      'lib/report/',
      'lib/store/',
    ],
  },
  { files: ['functions/resource-metadata.ts'], may: ['lib/http/answer.ts', 'lib/mcp/origin.ts'] },
  {
    files: ['functions/timer.ts'],
    may: [...leaves, 'lib/flow/plan/deadline.ts', 'lib/notify/', 'lib/digest/', 'lib/store/', 'lib/timer/'],
  },
  {
    files: ['functions/webhook.ts'],
    may: [...leaves, 'lib/store/', 'lib/webhook/', 'lib/pager/secrets.ts'],
  },
  {
    files: ['functions/notify.ts'],
    may: [
      ...leaves,
      'lib/metrics/',
      'lib/notify/',
      'lib/outbox/messages.ts',
      'lib/outbox/outcome.ts',
      'lib/outbox/stream.ts',
      'lib/store/',
      'lib/timer/queue.ts',
    ],
  },
  {
    files: ['functions/queue-events.ts'],
    may: [
      ...leaves,
      'lib/outbox/events.ts',
      'lib/outbox/stream.ts',
      'lib/store/',
      'lib/timer/queue.ts',
      'lib/webhook/queue.ts',
    ],
  },
  {
    files: ['functions/pager-'],
    may: [...leaves, 'lib/refusal.ts', 'lib/http/', 'lib/store/', 'lib/pager/'],
  },
  {
    files: ['functions/'],
    may: [...leaves, 'lib/refusal.ts', 'lib/http/', 'lib/store/'],
  },
  // It takes the tools from whoever writes the document.
  {
    files: ['infra/docs/openapi/'],
    may: ['lib/model.ts', 'lib/refusal.ts', 'lib/flow/', 'lib/catalogue/', 'functions/tools.ts', 'package.json'],
  },
  { files: ['infra/docs/'], may: ['lib/model.ts', 'lib/refusal.ts', 'lib/flow/'] },
  { files: ['infra/demo.ts', 'infra/demo/'], may: ['lib/model.ts', 'lib/client.ts', 'infra/local/'] },
  // SNS refuses a JSON message whose keys stand twice, as the service does.
  {
    files: ['infra/local/'],
    may: [...leaves, 'lib/principal.ts', 'lib/store/', 'lib/http/json.ts', ...integrations, 'infra/'],
  },
  {
    files: ['infra/'],
    may: [
      ...leaves,
      'lib/metrics/names.ts',
      'lib/principal.ts',
      'lib/store/',
      'lib/notify/',
      'lib/digest/',
      'lib/outbox/',
      'lib/webhook/',
      ...integrations,
    ],
  },
  { files: ['test/'], may: ['functions/', 'infra/', 'lib/', 'package.json', 'docs/openapi.json'] },
];

/** `lib/client.ts` takes its types from the tools; nothing of that is left at run time (docs/adr/0060). */
const isTypesOfTheTools = ({ from, to, typeOnly }: Import): boolean =>
  from === 'lib/client.ts' && typeOnly && isIn('functions/tools/', to);

const isIn = (room: string, file: string | undefined): boolean => file === room || (file?.startsWith(room) ?? false);
const roomOf = (file: string) => rooms.find(({ files }) => files.some((one) => isIn(one, file)));

const isBoard = ({ from }: Import): boolean => isIn('lib/board/', from);

const isMisplaced = (each: Import): boolean => {
  const room = roomOf(each.from);
  const allowed = room ? [...room.files, ...room.may] : [];
  return !allowed.some((one) => isIn(one, each.to)) && !isTypesOfTheTools(each);
};

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const files = sources(root);
const isOurs = (file: string | undefined): boolean =>
  file !== undefined && (files.includes(file) || file === 'package.json' || file === 'docs/openapi.json');
const all = files.flatMap((file) => importsOf(root, file));
const shown = ({ from, to }: Import): string => `${from} imports ${to}`;
const own = all.filter(({ to }) => isOurs(to));
const foreign = all.filter(({ to }) => !isOurs(to));

describe('imports point one way', () => {
  it('given every file of the repository, then all of them were read', () => {
    expect(files).toEqual(expect.arrayContaining(['functions/tools/atp_set.ts', 'lib/model.ts', 'vitest.config.ts']));
    expect(own.map(shown)).toContain('functions/tools/atp_set.ts imports lib/flow/plan/start.ts');
    expect(own.map(shown)).toContain('lib/client.ts imports functions/tools/atp_set.ts');
  });

  it('given a room, then it imports only what its line above names', () => {
    expect(own.filter(isMisplaced).map(shown)).toEqual([]);
  });

  it('given a file, then no way of imports, of types among them, leads back to it', () => {
    expect(cycleIn(own)).toBeUndefined();
  });
});

describe('packages', () => {
  const of = (...places: string[]) => foreign.filter(({ from }) => places.some((place) => isIn(place, from)));
  const isBuiltIn = ({ to }: Import): boolean => to?.startsWith('node:') ?? false;

  it('given the flow, then it is pure: no package, and of Node no more than a hash, which follows from what is hashed', () => {
    const reached = of('lib/flow/', 'lib/model.ts', 'lib/refusal.ts', 'lib/ids.ts').map(shown);
    expect(reached).toEqual(['lib/flow/question.ts imports node:crypto']);
  });

  it('given the client, then it needs no package at run time', () => {
    const needed = of('lib/client').filter((each) => !each.typeOnly && !isBuiltIn(each));
    expect(needed.map(shown)).toEqual([]);
  });

  it('given the adapters of pages, then they need the signatures of Node and no more, and reach no network', () => {
    const needed = of('lib/pager/').filter(({ from, to }) => to !== 'node:crypto' && !taking.includes(from));
    expect(needed.map(shown)).toEqual([]);
  });

  it('given what is deployed, then it needs only what `dependencies` names, and nothing by a computed name', () => {
    const { dependencies } = packageJson;
    const needed = of('lib/', 'functions/').filter((each) => !each.typeOnly && !isBuiltIn(each) && !isBoard(each));
    expect(needed.filter(({ to }) => !to || !Object.hasOwn(dependencies, packageOf(to))).map(shown)).toEqual([]);
  });

  it('given the board, which a browser gets as one file, then it needs two packages and no part of Node', () => {
    const needed = new Set(of('lib/board/').map(({ to }) => to && packageOf(to)));
    expect([...needed].sort()).toEqual(['preact', 'uplot']);
  });

  it('given any file, then its packages are named in package.json', () => {
    const { dependencies, devDependencies } = packageJson;
    const named = { ...dependencies, ...devDependencies };
    const isNamed = (name: string) => Object.hasOwn(named, name) || Object.hasOwn(named, `@types/${name}`);
    const missing = foreign.filter((each) => each.to && !isBuiltIn(each) && !isNamed(packageOf(each.to)));
    expect(missing.map(shown)).toEqual([]);
  });
});

describe('the rule itself', () => {
  const edge = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly });

  it.each([
    edge('lib/flow/permit.ts', 'lib/store/keys.ts', true),
    edge('lib/tool.ts', 'functions/tools/atp_set.ts', true),
    edge('lib/client.ts', 'functions/tools/atp_set.ts'),
    edge('lib/client/send.ts', 'functions/tools/atp_set.ts', true),
    edge('lib/new.ts', 'lib/model.ts'),
    edge('functions/notify.ts', 'infra/entries.ts'),
    edge('functions/notify.ts', 'lib/timer/fire.ts'),
    edge('functions/notify.ts', 'lib/webhook/queue.ts'),
    edge('functions/queue-events.ts', 'lib/notify/publish.ts'),
    edge('functions/queue-events.ts', 'lib/outbox/messages.ts'),
    edge('lib/outbox/events.ts', 'lib/notify/publish.ts'),
    edge('lib/timer/fire.ts', 'lib/flow/plan/deadline.ts'),
    edge('lib/pager/generic.ts', 'lib/http/input.ts'),
    edge('functions/tools/atp_set.ts', 'lib/http/answer.ts'),
    edge('infra/stack.ts', 'lib/flow/flows.ts'),
    edge('lib/board/reader.ts', 'lib/http/rest.ts', true),
    edge('infra/stack.ts', 'test/support/table.ts', true),
    edge('vitest.config.ts', 'lib/model.ts'),
  ])('refuses that $from imports $to', (each) => {
    expect(isMisplaced(each)).toBe(true);
  });

  it('finds a cycle and tells it in order; two ways to one file are none', () => {
    expect(cycleIn([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).toEqual(['b', 'c', 'b']);
    expect(cycleIn([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')])).toBeUndefined();
  });
});
