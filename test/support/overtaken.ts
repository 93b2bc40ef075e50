import type { ToolName } from '../../lib/model.ts';
import { before } from './disturbances.ts';
import { EngineProxy } from './engine-proxy.ts';
import { type Answer, type CallHeaders, Given, Service } from './service.ts';
import { States } from './states.ts';

type Call = [who: string, tool: ToolName, body: object, headers?: CallHeaders];

/** A service whose calls something can overtake: whatever happens between their read and their write. */
export class Overtaken {
  readonly service: Service;
  readonly proxy: EngineProxy;
  readonly states: States;
  readonly given: Given;

  private constructor(service: Service, proxy: EngineProxy) {
    this.service = service;
    this.proxy = proxy;
    this.states = new States(service);
    this.given = new Given(service);
  }

  static async start(): Promise<Overtaken> {
    const service = await Service.start();
    return new Overtaken(service, await EngineProxy.interpose());
  }

  stop(): Promise<void> {
    return this.proxy.stop();
  }

  /** The answer to the call while `happen` comes between its read and its write, and how often it tried to write. */
  async raced(happen: () => Promise<unknown>, ...call: Call): Promise<Answer & { writes: number }> {
    const { proxy } = this;
    proxy.forget();
    let others = 0;
    proxy.disturb = before('TransactWriteItems', async () => {
      const earlier = proxy.count('TransactWriteItems');
      await happen();
      others = proxy.count('TransactWriteItems') - earlier;
    });
    const answer = await this.service.call(...call);
    return { ...answer, writes: proxy.count('TransactWriteItems') - others };
  }

  /** The lines of an ATP's timeline that tell of this action. */
  async eventsOf(atpId: string, action: string): Promise<unknown[]> {
    return (await this.service.items(atpId)).filter((item) => item.action === action);
  }
}

/** A message as a caller sends it. */
export const letter = (atpId: string, messageType: string, toAgent: string) => ({
  atpId,
  messageType,
  toAgent,
  subject: messageType,
  body: 'It answers 500.',
});
