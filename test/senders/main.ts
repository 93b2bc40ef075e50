/**
 * `npm run test:senders`: real senders of pages against the deployed code on this machine. Needs Debian's
 * prometheus-alertmanager and openssl; fetches PagerDuty's own client. Status 0 only if every step held.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from '../../infra/integration/address.ts';
import { create, type Made } from '../../infra/integration/create.ts';
import { type Where, whereOf } from '../../infra/integration/where.ts';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../lib/client.ts';
import { Alertmanager, alertmanagerVersion } from './alertmanager.ts';
import { playAlertmanager } from './alertmanager-scene.ts';
import { pdjsVersion } from './pdjs.ts';
import { playPdjs } from './pdjs-scene.ts';
import { Steps } from './steps.ts';
import { serveTlsFront } from './tls-front.ts';

const INSTALL = `test:senders: prometheus-alertmanager is missing. On Debian, as root:
  apt-get update && apt-get install -y prometheus-alertmanager`;

/** What does not say where it is, is in staging and no hotfix: so it shows that the senders' labels were read. */
const integrate = async (where: Where, source: string): Promise<{ url: string; credential: string }> => {
  const { integration, credential }: Made = await create(
    where,
    { source, service: 'unnamed', environment: 'staging' },
    undefined,
  );
  return { url: addressOf(where.url, integration), credential: credential ?? '' };
};

/** A routing key comes in the body, and whoever reads a directive or gets its notice could page with it. */
const tellsNone = async (pm: Governance, credentials: readonly string[]): Promise<string> => {
  const { atps } = await pm.atp_list({ limit: 100 });
  for (const { atpId } of atps) {
    const told = JSON.stringify(await pm.atp_get({ atpId }));
    if (credentials.some((credential) => told.includes(credential))) throw new Error(`one is in ${atpId}`);
  }
  return `${atps.length} ATPs looked at`;
};

type Stops = (() => unknown)[];

const play = async (stack: RunningStack, directory: string, steps: Steps, stops: Stops): Promise<void> => {
  const pm = createGovernance({ url: stack.url, token: stack.tokens['@pm'] ?? '' });
  const where = whereOf({ data: stack.data });
  const [webhook, events, client] = [
    await integrate(where, 'alertmanager'),
    await integrate(where, 'events'),
    await integrate(where, 'events'),
  ];
  const alertmanager = await Alertmanager.start(directory, {
    webhook: { url: webhook.url, bearer: webhook.credential },
    events: { url: events.url, routingKey: events.credential },
  });
  stops.push(() => alertmanager.stop());
  const front = await serveTlsFront(directory, stack.url);
  stops.push(front.stop);

  await playAlertmanager({ steps, pm, alertmanager }, 'webhook');
  await playAlertmanager({ steps, pm, alertmanager }, 'pagerduty');
  await steps.step('Alertmanager counts no notification as failed', async () => {
    const failures = await alertmanager.failures();
    if (failures > 0) throw new Error(`${failures} failed`);
    return undefined;
  });
  await playPdjs({ steps, pm, front, routingKey: client.credential });
  await steps.step('no credential of a sender is in what was opened', () =>
    tellsNone(pm, [webhook.credential, events.credential, client.credential]),
  );
};

/** Leaves nothing behind, however it ends. */
const run = async (): Promise<boolean> => {
  const version = alertmanagerVersion();
  if (!version) throw new Error(INSTALL);
  console.log(`${version}\n@pagerduty/pdjs ${pdjsVersion()}\nNode ${process.versions.node}\n`);
  const assembly = freshAssembly(console.log);
  const directory = mkdtempSync(join(tmpdir(), 'senders-'));
  const stops: Stops = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  const steps = new Steps();
  try {
    const stack = await startStack({ assembly, data: join(directory, 'stack'), port: 0 });
    stops.push(stack.stop);
    await play(stack, directory, steps, stops);
  } finally {
    await stop();
  }
  console.log(`\n${steps.passed} passed, ${steps.failed} failed`);
  return steps.failed === 0;
};

try {
  process.exit((await run()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
