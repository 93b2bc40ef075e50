/** For every test file: what functions print in its process holds no credential, whatever the tests look at. */

import { afterAll, expect } from 'vitest';

/** Of an agent, of a source of pages, and of a receiver of webhooks. Routing keys have no form of their own. */
const CREDENTIAL = /atp_[a-z]+_[0-9a-f]{72}|page_[a-z0-9]{8}_[a-z0-9]{40}|whsec_[A-Za-z0-9+/]{20,}/;

/** What stands around a credential that a text holds, without it. */
export const aroundCredential = (text: string): string | undefined => {
  const found = CREDENTIAL.exec(text);
  return found ? `${text.slice(Math.max(0, found.index - 200), found.index)}***` : undefined;
};

const printed: string[] = [];
for (const output of [process.stdout, process.stderr]) {
  const write = output.write.bind(output);
  output.write = ((chunk: string | Uint8Array, ...more: []) => {
    const around = aroundCredential(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    if (around) printed.push(around);
    return write(chunk, ...more);
  }) as typeof write;
}
afterAll(() => expect(printed, 'a credential was printed').toEqual([]));
