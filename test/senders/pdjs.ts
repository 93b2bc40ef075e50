/** PagerDuty's own client, pointed at the stack. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TlsFront } from './tls-front.ts';

const here = import.meta.dirname;
const manifest = join(here, 'node_modules/@pagerduty/pdjs/package.json');

export type Answered = { status: number; data: { status?: string; dedup_key?: string } };

/** Its version, fetched once by the lockfile beside this file: nothing but these steps needs it. */
export const pdjsVersion = (): string => {
  if (!existsSync(manifest)) {
    console.log('fetching @pagerduty/pdjs');
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', here], { stdio: 'inherit' });
    if (status !== 0) throw new Error('npm could not fetch @pagerduty/pdjs');
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
};

/** Sends `data` as an event, or as what `type` says. Throws what the client rejects with. */
export const sendByPdjs = async (front: TlsFront, data: object, type = 'event'): Promise<Answered> => {
  const child = spawn(process.execPath, [join(here, 'send-by-pdjs.ts')], {
    stdio: 'pipe',
    env: { ...process.env, NODE_EXTRA_CA_CERTS: front.certificate },
  });
  child.stdin.end(JSON.stringify({ server: front.server, type, data }));
  const ended = once(child, 'exit');
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await ended;
  if (status !== 0) throw new Error(`pdjs failed: ${complained.trim()}`);
  return JSON.parse(said) as Answered;
};
