import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { AwsService, Exchange } from './exchange.ts';

const OUT = 'dist/bench';
const here = (file: string): string => join(import.meta.dirname, file);
const built = (name: string): string => join(OUT, `${name}.mjs`);

export const probe: string = built('probe');
export const repeat: string = built('repeat');
export const usualBundle: string = built('usual');
export const kilobytes = (file: string): number => statSync(file).size / 1024;

/** The way such functions are bundled as a rule: minified ESM, no plugins. */
const settings: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The SDK's ESM build: smaller and faster than what `main` names, so that the bar is not set too low.
  mainFields: ['module', 'main'],
  // Packages that are still CommonJS ask for Node's modules so.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};

export const buildProbes = async (): Promise<void> => {
  const { banner: _, ...plain } = settings;
  await build({ ...plain, entryPoints: [here('probe.ts')], outfile: probe });
  await build({ ...plain, entryPoints: [here('../warm/repeat.ts')], outfile: repeat });
};
export const buildUsual = async (): Promise<void> => {
  await build({ ...settings, entryPoints: [here('baseline/usual.ts')], outfile: usualBundle });
};

const clients: Readonly<Record<AwsService, { client: string; from: string }>> = {
  dynamodb: { client: 'DynamoDBClient', from: '@aws-sdk/client-dynamodb' },
  sns: { client: 'SNSClient', from: '@aws-sdk/client-sns' },
  sqs: { client: 'SQSClient', from: '@aws-sdk/client-sqs' },
  ssm: { client: 'SSMClient', from: '@aws-sdk/client-ssm' },
};

type Used = Pick<Exchange, 'service' | 'operation'>;

/** The barest handler that sends these operations: the bare clients, and of each the commands it needs. */
const sourceOf = (used: readonly Used[]): string => {
  const services = [...new Set<AwsService>(['dynamodb', ...used.map(({ service }) => service)])];
  const commands = (service: AwsService) =>
    used.filter((each) => each.service === service).map(({ operation }) => `${operation}Command`);
  return [
    "import { sending } from './waves.ts';",
    ...services.map((service) => {
      const { client, from } = clients[service];
      return `import { ${[client, ...commands(service)].join(', ')} } from '${from}';`;
    }),
    ...services.map((service) => `const ${service} = new ${clients[service].client}({});`),
    'export const handler = sending({',
    ...used.map(
      ({ service, operation }) => `${operation}: (input) => ${service}.send(new ${operation}Command(input)),`,
    ),
    '});',
  ].join('\n');
};

/** Builds the handler that sends what was sent; answers its bundle. The same operations have the same one. */
export const buildBarest = async (exchanges: readonly Used[]): Promise<string> => {
  const used = [...new Map(exchanges.map((each) => [each.operation, each])).values()].sort((a, b) =>
    a.operation.localeCompare(b.operation),
  );
  const outfile = built(['barest', ...used.map(({ operation }) => operation)].join('-'));
  const { banner: _, ...plain } = settings;
  await build({ ...plain, stdin: { contents: sourceOf(used), resolveDir: here('baseline'), loader: 'ts' }, outfile });
  return outfile;
};
