import type { RunningStack } from '../../infra/local/start.ts';

/** Opens a hotfix by a page of its own. Throws where it was not taken. */
export const sendPage = async ({ url, routingKey }: RunningStack, summary: string): Promise<void> => {
  const answer = await fetch(`${url}/v2/enqueue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: summary,
      payload: { summary, source: 'bench', severity: 'critical' },
    }),
  });
  const said = await answer.text();
  if (answer.status !== 202) throw new Error(`the page was answered ${answer.status}: ${said}`);
};
