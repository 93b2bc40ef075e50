import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from './lock.ts';

const repository = join(import.meta.dirname, '..', '..');
/** What the template and its bundles are made of. */
const sources = ['functions', 'lib', 'infra', 'docs/openapi.json', 'package-lock.json', 'cdk.json'];

/** When the newest file below was changed, in milliseconds since the epoch; 0 where there is none. */
const newest = (path: string): number => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const assembly = join(repository, 'cdk.out');
const isFresh = (): boolean =>
  newest(join(assembly, 'manifest.json')) > Math.max(...sources.map((source) => newest(join(repository, source))));

/**
 * The cloud assembly of this checkout, made anew if anything it is made of has changed since. Where several start at
 * once, one makes it and the others wait: the CDK refuses to write to one directory twice at a time.
 */
export const freshAssembly = (told: (line: string) => void): string => {
  if (!isFresh()) alone(join(repository, '.cdk.out.lock'), () => isFresh() || synthesize(told));
  return assembly;
};

const synthesize = (told: (line: string) => void): void => {
  told('building: bundles and template');
  const { status, stderr } = spawnSync('cdk', ['synth', '--quiet'], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm run synth failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
};
