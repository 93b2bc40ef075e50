/** Debian's Alertmanager, with a receiver for each way it can page the stack. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../infra/local/dynamodb.ts';
import { until } from '../support/until.ts';

const COMMAND = 'prometheus-alertmanager';

/** The first line of `--version`; undefined where there is none. */
export const alertmanagerVersion = (): string | undefined => {
  const { status, stdout, stderr } = spawnSync(COMMAND, ['--version'], { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.split('\n', 1)[0] : undefined;
};

export type Doors = { webhook: { url: string; bearer: string }; events: { url: string; routingKey: string } };

/** So often a group is looked at, and a group that goes on firing is told of again after the repeat interval. */
const INTERVALS = { group_wait: '500ms', group_interval: '1s', repeat_interval: '4s' };

/** YAML takes JSON. The label `door` chooses the receiver. */
const configuration = ({ webhook, events }: Doors): string =>
  JSON.stringify({
    route: {
      receiver: 'nobody',
      group_by: ['alertname', 'door'],
      ...INTERVALS,
      routes: ['webhook', 'pagerduty'].map((door) => ({ receiver: door, matchers: [`door = ${door}`] })),
    },
    receivers: [
      { name: 'nobody' },
      {
        name: 'webhook',
        webhook_configs: [
          { url: webhook.url, http_config: { authorization: { type: 'Bearer', credentials: webhook.bearer } } },
        ],
      },
      { name: 'pagerduty', pagerduty_configs: [{ url: events.url, routing_key: events.routingKey }] },
    ],
  });

export type Alert = { labels: Record<string, string>; annotations?: Record<string, string> };

const HOUR_MS = 3_600_000;
const keyOf = ({ labels }: Alert): string => JSON.stringify(labels);

export class Alertmanager {
  readonly #child: ChildProcess;
  readonly #url: string;
  /** Since when an alert fires: Alertmanager would take its end for its start. */
  readonly #startOf = new Map<string, number>();
  #said = '';

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
  }

  /** Started on a free port, with all it keeps below `directory`; ready when this answers. */
  static async start(directory: string, doors: Doors): Promise<Alertmanager> {
    const file = join(directory, 'alertmanager.yml');
    // It holds the credentials.
    writeFileSync(file, configuration(doors), { mode: 0o600 });
    const port = await freePort();
    const args = [
      `--config.file=${file}`,
      `--storage.path=${join(directory, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // Without: it looks for a cluster of its kind.
      '--cluster.listen-address=',
    ];
    const child = spawn(COMMAND, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const started = new Alertmanager(child, `http://127.0.0.1:${port}`);
    await until(() => started.#isReady());
    return started;
  }

  async #isReady(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`Alertmanager ended: ${this.#said}`);
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** What Prometheus sends while its rule holds. */
  async fire(alerts: readonly Alert[]): Promise<void> {
    const now = Date.now();
    for (const alert of alerts) this.#startOf.set(keyOf(alert), this.#startOf.get(keyOf(alert)) ?? now);
    await this.#post(alerts, now + HOUR_MS);
  }

  /** What Prometheus sends once it does not any more. */
  async resolve(alerts: readonly Alert[]): Promise<void> {
    await this.#post(alerts, Date.now());
    for (const alert of alerts) this.#startOf.delete(keyOf(alert));
  }

  async #post(alerts: readonly Alert[], endsAt: number): Promise<void> {
    const body = JSON.stringify(
      alerts.map((alert) => ({
        ...alert,
        startsAt: new Date(this.#startOf.get(keyOf(alert)) ?? endsAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
        generatorURL: 'http://prometheus.example.com/graph',
      })),
    );
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.#url}/api/v2/alerts`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
  }

  /** Notifications that it counts as failed: what it does not count, the stack took. */
  async failures(): Promise<number> {
    const metrics = await (await fetch(`${this.#url}/metrics`)).text();
    const counted = [...metrics.matchAll(/^alertmanager_notification_requests_failed_total\{.*\} (\d+)$/gm)];
    if (counted.length === 0) throw new Error('Alertmanager counts no notifications by this name');
    return counted.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
