import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { controlPlane } from '../../infra/control-plane.ts';
import { entries } from '../../infra/entries.ts';
import { temporary } from './temporary.ts';

/** For hooks that synthesize: CDK and cdk-nag take 5 s of a free CPU, and tests may share it with much else. */
export const SYNTHESIS_MS = 180_000;

const directory = temporary();
const fresh = (): string => mkdtempSync(join(directory, 'made-'));

/** Directories as `bundle` leaves them, with next to nothing in them. */
const emptyBundles = (): string => {
  const bundles = fresh();
  for (const { name } of entries) {
    mkdirSync(join(bundles, name));
    writeFileSync(join(bundles, name, 'index.mjs'), `// ${name}`);
  }
  return bundles;
};

export const composed = (
  context: Record<string, unknown> = {},
  bundles: () => string | Promise<string> = emptyBundles,
) => controlPlane(bundles, { context, outdir: fresh() });

/** The stack's template under this context, after cdk-nag has passed it. */
export const synthesized = async (...of: Parameters<typeof composed>): Promise<Template> =>
  Template.fromStack((await composed(...of)).stack);

/** A resource as it stands in the template; its properties are CloudFormation's. */
export type Resource = { Properties: Record<string, unknown>; DeletionPolicy?: string };

export const resourcesOf = (template: Template, type: string): Record<string, Resource> =>
  template.findResources(type) as Record<string, Resource>;

export const propertiesOf = (template: Template, type: string): Resource['Properties'][] =>
  Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties);

/** The only resource of its type. */
export const onlyOf = (template: Template, type: string): Resource => {
  const [resource, ...others] = Object.values(resourcesOf(template, type));
  if (!resource || others.length > 0) throw new Error(`the template has ${others.length + (resource ? 1 : 0)} ${type}`);
  return resource;
};

/** Logical ids without the hash that CDK ends them with: `{ Ref: 'Table710B521B' }` reads `Table`. */
export const named = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner) => {
    if (typeof inner?.Ref === 'string') return bare(inner.Ref);
    if (Array.isArray(inner?.['Fn::GetAtt'])) return `${bare(inner['Fn::GetAtt'][0])}.${inner['Fn::GetAtt'][1]}`;
    if (Array.isArray(inner?.['Fn::Join'])) return inner['Fn::Join'][1].join(inner['Fn::Join'][0]);
    return inner;
  });
const bare = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
