import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshAssembly } from '../../infra/local/assembly.ts';
import type { Resource } from '../../infra/local/template.ts';

type Manifest = { artifacts: { [name: string]: { type: string; properties?: { templateFile?: string } } } };

/** A copy of this checkout's cloud assembly in `directory`, whose resources are what `alter` makes of them. */
export const alteredAssembly = (directory: string, alter: (resource: Resource, logicalId: string) => void): string => {
  cpSync(
    freshAssembly(() => undefined),
    directory,
    { recursive: true },
  );
  const { artifacts }: Manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  const stack = Object.values(artifacts).find(({ type }) => type === 'aws:cloudformation:stack');
  const path = join(directory, stack?.properties?.templateFile ?? '');
  const template = JSON.parse(readFileSync(path, 'utf8')) as { Resources: { [logicalId: string]: Resource } };
  for (const [logicalId, resource] of Object.entries(template.Resources)) alter(resource, logicalId);
  writeFileSync(path, JSON.stringify(template));
  return directory;
};
