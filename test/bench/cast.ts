import { randomUUID } from 'node:crypto';
import type { RunningStack } from '../../infra/local/start.ts';
import type { ToolName } from '../../lib/model.ts';
import { createIntegration } from '../../lib/store/integrations.ts';
import { integrationOf, recordOf } from '../support/pages/integrations.ts';
import { type Body, Service } from '../support/service.ts';

/** Who acts in a story: a source of pages, and the agents by their names. */
export type Cast = {
  /** Opens a hotfix and directs `@dev`; answers the ATP's id. */
  page: (key: string) => Promise<string>;
  /** The source says that it is over; answers the ATP's id as well. */
  resolve: (key: string) => Promise<string>;
  /** A call that has to succeed. */
  call: (who: string, tool: ToolName, body: object) => Promise<Body>;
};

/** A source of pages and agents of a stack, over HTTP. Writing calls carry a key of their own, as the client's do. */
export const castOf = async (stack: Pick<RunningStack, 'url' | 'dynamodb'>): Promise<Cast> => {
  const service = await Service.behind(stack);
  const integration = integrationOf('generic', {});
  await createIntegration(service.table, recordOf(integration));
  const send = async (key: string, action: 'trigger' | 'resolve', expected: string): Promise<string> => {
    const answer = await fetch(`${stack.url}/pager/generic`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${integration.credential}` },
      body: JSON.stringify({ action, key, title: `Checkout answers 500 (${key})`, severity: 'critical' }),
    });
    const said = await answer.text();
    const { pages: [page] = [] } = JSON.parse(said) as { pages?: { effect: string; atpId: string }[] };
    if (page?.effect !== expected) throw new Error(`the page was answered ${answer.status}: ${said}`);
    return page.atpId;
  };
  return {
    page: (key) => send(key, 'trigger', 'opened'),
    resolve: (key) => send(key, 'resolve', 'resolved'),
    call: (who, tool, body) => service.done(who, tool, body, isRead(tool) ? {} : { 'idempotency-key': randomUUID() }),
  };
};

const isRead = (tool: ToolName): boolean => /_(get|list)$/.test(tool);

/** The same cast, of whose every step somebody takes note: a tool by its name, a page as `page` and `resolve`. */
export const watched = (
  { page, resolve, call }: Cast,
  watch: <Answer>(name: string, step: () => Promise<Answer>) => Promise<Answer>,
): Cast => ({
  page: (key) => watch('page', () => page(key)),
  resolve: (key) => watch('page, resolved', () => resolve(key)),
  call: (who, tool, body) => watch(tool, () => call(who, tool, body)),
});
