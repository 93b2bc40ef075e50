/** Arguments that commands of the operator have to refuse in one line: what stands in them is often pasted. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const infra = join(import.meta.dirname, '../../../infra');
const ESCAPE = '\u001b]0;owned\u0007';

export const hostileArguments: readonly [command: string, ...args: string[]][] = [
  ['token', 'create', '--role', '@pm', '--name', `../${ESCAPE}`],
  ['token', 'create', '--role', '@pm', '--name', 'x', '--days', '0x10'],
  ['token', 'revoke', '__proto__'],
  ['integration', 'create', '--source', 'constructor', '--service', 's', '--environment', 'e'],
  ['integration', 'create', '--source', 'generic', '--service', ESCAPE, '--environment', 'e'],
  [
    'integration',
    'create',
    '--source',
    'generic',
    '--service',
    's',
    '--environment',
    'e',
    '--rules',
    '{"__proto__":1}',
  ],
  ['integration', 'rotate', 'TOKEN#x', '--overlap', '0'],
  ['webhook', 'create', '--url', 'https://169.254.169.254@[::1]:22/'],
  ['webhook', 'create', '--url', 'https://hooks.example.com/', '--events', '__proto__'],
  ['redrive', '--older-than', '0x10'],
];

export type Ended = { status: number; stdout: string; stderr: string };

/** A command on the stack of this data directory. */
export const run = async (data: string, [command, ...args]: (typeof hostileArguments)[number]): Promise<Ended> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      join(infra, `${command}.ts`),
      ...args,
      '--data',
      data,
    ]);
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
};
