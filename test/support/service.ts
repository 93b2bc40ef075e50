import { randomUUID } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { env } from '../../lib/env.ts';
import type { CallerRole, Timeouts, ToolName } from '../../lib/model.ts';
import type { Table } from '../../lib/store/client.ts';
import type { Item } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { createToken } from '../../lib/store/tokens.ts';
import { createTable, engineEnvironment, tableAt } from './table.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Body = any;
export type Answer = { status: number; body: Body; headers: Record<string, string> };
export type CallHeaders = Record<string, string>;

const principals: Record<string, CallerRole> = {
  'pm-1': '@pm',
  'pm-2': '@pm',
  'dev-1': '@dev',
  'dev-2': '@dev',
  'operator-1': '@operator',
  'sre-1': '@sre',
  'qa-1': '@qa',
};

/** The defaults of the stack. */
export const timeouts: Timeouts = {
  acknowledgement: 300,
  fix: { hotfix: 3_600, emergency: 3_600 },
  verification: 1_800,
  obligation: 900,
  review: { hotfix: 172_800, emergency: 86_400 },
  reminder: 86_400,
  decision: 86_400,
};

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export const eventFor = (tool: string, body: unknown, headers: CallHeaders): APIGatewayProxyEventV2 =>
  ({
    version: '2.0',
    routeKey: `POST /tools/${tool}`,
    rawPath: `/tools/${tool}`,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID() },
  }) as unknown as APIGatewayProxyEventV2;

export type Door = (tool: ToolName, body: unknown, headers: CallHeaders) => Promise<Answer>;

/** Calls a tool's own handler as API Gateway calls it. */
const handlers: Door = async (tool, body, headers) => {
  const { handler } = (await import(`../../functions/tools/${tool}.ts`)) as { handler: Handler };
  const {
    statusCode = 0,
    body: text = 'null',
    headers: answered = {},
  } = await handler(eventFor(tool, body, headers), {} as Context);
  return { status: statusCode, body: JSON.parse(text), headers: answered as Record<string, string> };
};

const http =
  (url: string): Door =>
  async (tool, body, headers) => {
    const answer = await fetch(`${url}/tools/${tool}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json(), headers: Object.fromEntries(answer.headers) };
  };

/** The service as its callers meet it, and its table as nobody does. */
export class Service {
  readonly table: Table;
  readonly tokens: Record<string, string>;
  /** The deadlines that its functions have. */
  readonly timeouts: Timeouts;
  readonly #door: Door;

  private constructor(table: Table, tokens: Record<string, string>, door: Door, given: Timeouts = timeouts) {
    this.table = table;
    this.tokens = tokens;
    this.timeouts = given;
    this.#door = door;
  }

  /**
   * The tools' own handlers on a table of their own. One service per test file: the handlers read their environment
   * when they are loaded.
   */
  static async start(): Promise<Service> {
    const table = await createTable();
    Object.assign(process.env, engineEnvironment(), {
      [env.table]: table.name,
      [env.timeouts]: JSON.stringify(timeouts),
      [env.webhooks]: 'false',
      [env.artifactBucket]: 'artifacts',
    });
    return new Service(table, await tokensIn(table), handlers);
  }

  /** A stack that runs on this machine, called through HTTP, by another door if one is given. */
  static async behind(
    stack: { url: string; dynamodb: { endpoint: string; table: string } },
    { door = http(stack.url), timeouts }: { door?: Door; timeouts?: Timeouts } = {},
  ): Promise<Service> {
    const { endpoint, table: name } = stack.dynamodb;
    const table = tableAt(endpoint, name);
    return new Service(table, await tokensIn(table), door, timeouts);
  }

  call(who: string, tool: ToolName, body: unknown, headers: CallHeaders = {}): Promise<Answer> {
    return this.#door(tool, body, { authorization: `Bearer ${this.tokens[who] ?? who}`, ...headers });
  }

  /** A call that must succeed: its answer's body. */
  async done(who: string, tool: ToolName, body: unknown, headers: CallHeaders = {}): Promise<Body> {
    const answer = await this.call(who, tool, body, headers);
    if (answer.status !== 200) throw new Error(`${tool} by ${who}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** All items of an ATP's partition, as they lie in the table. */
  async items(atpId: string): Promise<Item[]> {
    const { Items = [] } = await this.table.client.send(
      new QueryCommand({
        TableName: this.table.name,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keys.atp(atpId).pk },
      }),
    );
    return Items as Item[];
  }
}

const tokensIn = async ({ client, name: table }: Table): Promise<Record<string, string>> => {
  const tokens: Record<string, string> = {};
  for (const [name, role] of Object.entries(principals)) {
    tokens[name] = (await createToken(client, table, { role, name, days: 1 })).token;
  }
  return tokens;
};

/** A new ATP id, its own for each call. */
export const newId = (): string => `AT-${randomUUID().slice(0, 13)}`;

/** Steps to the states a test begins in. Each answers the ATP's id. */
export class Given {
  readonly #service: Service;
  constructor(service: Service) {
    this.#service = service;
  }

  async started(atpId = newId()): Promise<string> {
    await this.#service.done('pm-1', 'atp_set', { atpId, status: 'InProgress', title: 'Checkout answers 500' });
    return atpId;
  }

  async directed(atpId?: string): Promise<{ atpId: string; messageId: string }> {
    const started = await this.started(atpId);
    return { atpId: started, messageId: await this.directive(started) };
  }

  async directive(atpId: string, toAgent = '@dev'): Promise<string> {
    const letter = { atpId, toAgent, messageType: 'Directive', subject: 'Fix it', body: 'Checkout answers 500.' };
    return (await this.#service.done('pm-1', 'message_send', letter)).message.messageId;
  }

  async acknowledged(atpId?: string): Promise<string> {
    const directed = await this.directed(atpId);
    await this.#service.done('dev-1', 'message_ack', { messageId: directed.messageId });
    return directed.atpId;
  }

  async completed(atpId?: string): Promise<string> {
    const taken = await this.acknowledged(atpId);
    await this.#service.done('dev-1', 'handoff', {
      atpId: taken,
      completed: ['Rolled back'],
      evidence: ['Tests pass'],
    });
    return taken;
  }

  async verified(atpId?: string): Promise<string> {
    const completed = await this.completed(atpId);
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
    await this.#service.done('pm-1', 'artifact_create', { atpId: completed, ...report });
    return completed;
  }

  /** Closed by `atp_change_status`: both obligations are open. */
  async owing(atpId?: string): Promise<string> {
    const verified = await this.verified(atpId);
    await this.#service.done('pm-1', 'atp_change_status', { atpId: verified, status: 'Closed' });
    return verified;
  }

  /** Closed by `atp_close`: both obligations are met. */
  async closed(atpId?: string): Promise<{ atpId: string; reviewId: string }> {
    const verified = await this.verified(atpId);
    const { followUp } = await this.#service.done('pm-1', 'atp_close', { atpId: verified });
    return { atpId: verified, reviewId: followUp.atpId };
  }

  async rejected(atpId?: string): Promise<string> {
    const started = await this.started(atpId);
    await this.#service.done('pm-1', 'atp_change_status', {
      atpId: started,
      status: 'Rejected',
      notes: 'A false alarm.',
    });
    return started;
  }

  /** A review in `status`. */
  async review(status: 'Queued' | 'InProgress' | 'Complete' | 'Closed' = 'Queued', answered = false): Promise<string> {
    const { reviewId: atpId } = await this.closed();
    if (status === 'Queued') return atpId;
    await this.#service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    if (answered || status === 'Closed') await this.answers(atpId);
    if (status === 'InProgress') return atpId;
    await this.#service.done('dev-1', 'atp_change_status', { atpId, status: 'Complete' });
    if (status === 'Closed') await this.#service.done('pm-1', 'atp_close', { atpId });
    return atpId;
  }

  /** An emergency in `status`; one that is `Closed` owes nothing any more. */
  async emergency(
    status: 'InProgress' | 'Complete' | 'Deployed' | 'Closed' = 'InProgress',
    { drill = false, atpId = newId() } = {},
  ): Promise<string> {
    const title = 'All regions are down';
    await this.#service.done('pm-1', 'atp_set', { atpId, status: 'InProgress', type: 'emergency', title, drill });
    if (status === 'InProgress') return atpId;
    await this.#taken(atpId, 'EmergencyDirective');
    await this.#service.done('dev-1', 'handoff', { atpId, completed: ['Failed over'], evidence: ['Probes pass'] });
    if (status === 'Complete') return atpId;
    await this.#service.done('sre-1', 'atp_change_status', { atpId, status: 'Deployed' });
    if (status === 'Deployed') return atpId;
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
    await this.#service.done('pm-1', 'artifact_create', { atpId, ...report });
    await this.#service.done('pm-1', 'atp_close', { atpId });
    return atpId;
  }

  /** A bugfix or a standard ATP in `status`, with what `more` says of its creation. */
  async work(
    type: 'bugfix' | 'standard',
    status: 'Queued' | 'InProgress' | 'Blocked' | 'Complete' | 'Closed' = 'Queued',
    { atpId = newId(), ...more }: { atpId?: string; [field: string]: unknown } = {},
  ): Promise<string> {
    await this.#service.done('pm-1', 'atp_create', { atpId, type, title: 'The total is rounded wrongly', ...more });
    if (status === 'Queued') return atpId;
    await this.#service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    await this.#taken(atpId, 'Directive');
    if (status === 'InProgress') return atpId;
    if (status === 'Blocked') {
      await this.#service.done('dev-1', 'atp_change_status', { atpId, status, notes: 'Waits for the data.' });
      return atpId;
    }
    await this.#service.done('dev-1', 'handoff', { atpId, completed: ['Rounded'], evidence: ['Tests pass'] });
    if (status === 'Complete') return atpId;
    await this.tested(atpId);
    await this.#service.done('pm-1', 'atp_close', { atpId });
    return atpId;
  }

  /** A `QATestReport`. */
  async tested(atpId: string, verdict: 'pass' | 'minor-fix' | 'escalate' = 'pass'): Promise<string> {
    const { artifact } = await this.#service.done('qa-1', 'artifact_create', {
      atpId,
      artifactType: 'QATestReport',
      title: 'Tested',
      content: 'Tried every currency.',
      verdict,
      ...(verdict === 'pass' && { regressionTest: 'test/totals.test.ts' }),
    });
    return artifact.artifactId;
  }

  async #taken(atpId: string, messageType: 'Directive' | 'EmergencyDirective'): Promise<void> {
    const letter = { atpId, toAgent: '@dev', messageType, subject: 'Yours', body: 'Before all else.' };
    const { message } = await this.#service.done('pm-1', 'message_send', letter);
    await this.#service.done('dev-1', 'message_ack', { messageId: message.messageId });
  }

  async answers(atpId: string): Promise<void> {
    const { atp } = await this.#service.done('pm-1', 'atp_get', { atpId });
    for (const { item } of atp.checklist) {
      await this.#service.done('dev-1', 'checklist_update', { atpId, item, state: 'done', note: 'Looked at.' });
    }
  }
}
