import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { expect } from 'vitest';
import type { ToolName } from '../../../lib/model.ts';
import { httpStatus } from '../../../lib/refusal.ts';
import { type Answer, type Body, eventFor, Given, Service } from '../../support/service.ts';

/** What may differ from an event of API Gateway's making. */
export type Odd = Partial<Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'headers' | 'rawQueryString'>>;

type Stored = { pk: string; sk: string };
type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** Hands events of any shape to the tools' handlers, by default with a good token of `@pm`, and watches the table. */
export class Gateway {
  readonly service: Service;
  #remembered: Stored[] = [];

  private constructor(service: Service) {
    this.service = service;
  }

  /** On a table that holds ATPs in some states. */
  static async open(): Promise<Gateway> {
    const gateway = new Gateway(await Service.start());
    const given = new Given(gateway.service);
    for (const state of ['started', 'completed', 'verified', 'owing', 'rejected'] as const) await given[state]();
    await gateway.remember();
    return gateway;
  }

  headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.service.tokens['pm-1']}`, 'content-type': 'application/json', ...more };
  }

  async deliver(tool: ToolName, odd: Odd): Promise<Answer> {
    const { handler } = (await import(`../../../functions/tools/${tool}.ts`)) as { handler: Handler };
    const result = await handler({ ...eventFor(tool, '', this.headers()), ...odd }, {} as Context);
    const { statusCode = 0, body = 'null', headers = {} } = result;
    return { status: statusCode, body: JSON.parse(body) as Body, headers: headers as Record<string, string> };
  }

  /** The body of the refusal. */
  async refused(tool: ToolName, odd: Odd, said = ''): Promise<Body> {
    const answer = await this.deliver(tool, odd);
    expectRefusal(answer, said);
    return answer.body;
  }

  async remember(): Promise<void> {
    this.#remembered = await this.#everything();
  }

  /** Beside the ATP of a call that was accepted after all, with its markers. */
  async expectUnchanged(accepted?: string): Promise<void> {
    const others = (items: Stored[]) =>
      items.filter(({ pk }) => !accepted || (pk.startsWith('ATP#') && pk !== `ATP#${accepted}`));
    const found = await this.#everything();
    expect(others(found), 'bad input changes nothing').toEqual(others(this.#remembered));
    this.#remembered = found;
  }

  async #everything(): Promise<Stored[]> {
    const { client, name } = this.service.table;
    const items: Stored[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const scan = new ScanCommand({ TableName: name, ConsistentRead: true, ExclusiveStartKey: start });
      const page = await client.send(scan);
      items.push(...((page.Items ?? []) as Stored[]));
      start = page.LastEvaluatedKey;
    } while (start);
    return items.toSorted((one, other) => (`${one.pk} ${one.sk}` < `${other.pk} ${other.sk}` ? -1 : 1));
  }
}

/** Words of the inside that no caller is ever told. */
const inside = /node_modules|at .*\.ts:\d|TypeError|RangeError|DynamoDB|ValidationException|test-[0-9a-f]{8}-/;

/** A refusal of the contract: a problem document with one of its codes, the status of that code, and nothing of the inside. */
export const expectRefusal = ({ status, body, headers }: Answer, said = ''): void => {
  const codes = Object.keys(httpStatus).filter((code) => httpStatus[code as keyof typeof httpStatus] < 500);
  expect(codes, said).toContain(body.code);
  expect(status, said).toBe(httpStatus[body.code as keyof typeof httpStatus]);
  expect(headers['content-type'], said).toBe('application/problem+json');
  expect(body, said).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    requestId: expect.any(String),
  });
  expect(JSON.stringify(body), said).not.toMatch(inside);
};

/** The fields that a refusal finds fault with. */
export const paths = (body: Body): string[] => body.issues.map(({ path }: Body) => path);
