import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** CloudFormation as far as the local stack reads it. */
export type Properties = { [name: string]: unknown };
export type Resource = { Type: string; Properties?: Properties };

export type Template = {
  stackName: string;
  resources: Readonly<Record<string, Resource>>;
  outputs: Readonly<Record<string, { Value: unknown }>>;
  /** Directory of an asset, by the object key that the template names it with. */
  assetDirectory: (objectKey: string) => string;
};

/** The one stack of a cloud assembly. */
export const loadTemplate = (assembly: string): Template => {
  const manifest = readJson(join(assembly, 'manifest.json')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string; stackName?: string } }>;
  };
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [name, stack] = stacks[0] ?? [];
  if (!name || !stack?.properties?.templateFile) throw new Error(`${assembly} holds no stack: run npm run synth`);
  const { Resources = {}, Outputs = {} } = readJson(join(assembly, stack.properties.templateFile)) as {
    Resources?: Record<string, Resource>;
    Outputs?: Record<string, { Value: unknown }>;
  };
  const { files } = readJson(join(assembly, `${name}.assets.json`)) as {
    files: Record<string, { source: { path: string } }>;
  };
  return {
    stackName: stack.properties.stackName ?? name,
    resources: Resources,
    outputs: Outputs,
    assetDirectory: (objectKey) => {
      const asset = files[objectKey.replace(/\.zip$/, '')];
      if (!asset) throw new Error(`the template names the asset ${objectKey}, which the assembly does not hold`);
      return join(assembly, asset.source.path);
    },
  };
};

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read: run npm run synth`, { cause });
  }
};

/** A property that is as good as left out. */
const isNoValue = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === 'AWS::NoValue';

/** What references resolve to: pseudo parameters, and whatever the local stack has made so far. */
export class References {
  readonly #refs: Map<string, string>;
  readonly #attributes = new Map<string, Record<string, string>>();

  constructor(pseudoParameters: Record<string, string>) {
    this.#refs = new Map(Object.entries(pseudoParameters));
  }

  add(logicalId: string, ref: string, attributes: Record<string, string> = {}): void {
    this.#refs.set(logicalId, ref);
    this.#attributes.set(logicalId, attributes);
  }

  ref(logicalId: string): string {
    const ref = this.#refs.get(logicalId);
    if (ref === undefined) throw new Error(`the template refers to ${logicalId}, which the local stack does not make`);
    return ref;
  }

  attribute(logicalId: string, name: string): string {
    const value = this.#attributes.get(logicalId)?.[name];
    if (value === undefined) {
      throw new Error(`the template refers to ${name} of ${logicalId}, which the local stack does not make`);
    }
    return value;
  }

  /** The value with every intrinsic function in it resolved. */
  resolve<T = unknown>(value: unknown): T {
    return this.#resolve(value) as T;
  }

  #resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.filter((each) => !isNoValue(each)).map((each) => this.#resolve(each));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([, each]) => !isNoValue(each));
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && (name === 'Ref' || name?.startsWith('Fn::'))) return this.#intrinsic(name, argument);
    return Object.fromEntries(entries.map(([key, each]) => [key, this.#resolve(each)]));
  }

  #intrinsic(name: string, argument: unknown): unknown {
    const list = () => this.#resolve(argument) as unknown[];
    switch (name) {
      case 'Ref':
        return this.ref(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return this.attribute(logicalId, path.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.join(separator);
      }
      case 'Fn::Select': {
        const [index, parts] = list() as [number | string, unknown[]];
        return parts[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      default:
        throw new Error(`the template uses ${name}, which the local stack does not know`);
    }
  }

  #substitute(argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument]) as [string, Properties?];
    return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (variables && name in variables) return String(this.#resolve(variables[name]));
      if (name.startsWith('!')) return ['$', `{${name.slice(1)}}`].join('');
      const [logicalId = '', ...path] = name.split('.');
      return path.length > 0 ? this.attribute(logicalId, path.join('.')) : this.ref(logicalId);
    });
  }
}

export const resourcesOf = (template: Template, type: string): [logicalId: string, properties: Properties][] =>
  Object.entries(template.resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, { Properties = {} }]) => [logicalId, Properties]);
