import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const demo = join(import.meta.dirname, '../../infra/demo.ts');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = async (environment: Record<string, string>, interrupted = false) => {
  const child = spawn(process.execPath, [demo], { env: { ...process.env, ...environment }, stdio: 'pipe' });
  if (interrupted) child.stdout.on('data', (said) => String(said).includes('pager') && child.kill('SIGINT'));
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, status };
};

describe('npm run demo', () => {
  it('plays the whole hotfix, every line with its time, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const { out, err, status } = await run({ TMPDIR: directory });
    expect({ err, status }).toEqual({ err: '', status: 0 });
    const told = out.split('\n').filter((line) => /^ +\d+\.\d\d s {2}/.test(line));
    const steps = told.map((line) => line.replace(/^ +\d+\.\d\d s {2}/, '').replace(/ {2,}/g, ' | '));
    expect(steps).toEqual([
      expect.stringMatching(/^pager \| page \| .*checkout/),
      '@pm | atp_set | AT-CHECKOUT-500 is InProgress at once, P0-Critical',
      '@pm | message_send | P0-Critical Directive to @dev',
      expect.stringMatching(/^@dev \| SMS \| .*P0 HOTFIX AT-CHECKOUT-500/),
      expect.stringMatching(/^dev-1 dev-2 \| message_ack \| both at once: dev-[12] owns the fix$/),
      expect.stringMatching(/^dev-[12] \| is refused \| ALREADY_ACKNOWLEDGED: /),
      expect.stringMatching(/^dev-[12] \| handoff \| .* is Complete$/),
      expect.stringMatching(/^@pm \| atp_close \| REPORT_MISSING: /),
      '@pm | artifact_create | PMVerificationReport: all three gates hold',
      '@pm | atp_close | AT-CHECKOUT-500 is Closed: operator notified, review queued, nothing owed',
      expect.stringMatching(/^@operator \| email \| .*AT-CHECKOUT-500/),
      expect.stringMatching(/^@operator \| SMS \| .*AT-CHECKOUT-500/),
      expect.stringMatching(/^@pm \| atp_list \| Queued: Post-Incident Review: Checkout answers 500, due /),
    ]);
    expect(out).toContain('All 13 steps held');
    expect(out).toContain('│ To: operator@example.com');
    expect(out).not.toContain('\u001b[');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('given Ctrl-C in the middle, then it ends at once and leaves nothing behind', { timeout: 120_000 }, async () => {
    const { out, status } = await run({ TMPDIR: directory }, true);
    expect(status).toBe(1);
    expect(out).not.toContain('held');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('given no place for its data, then it says so and its status is not 0', { timeout: 120_000 }, async () => {
    const { err, status } = await run({ TMPDIR: join(directory, 'missing') });
    expect(status).toBe(1);
    expect(err).toMatch(/^demo: ENOENT/);
  });
});
