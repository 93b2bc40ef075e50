import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Parts of the AWS SDK that a Lambda function never takes, each with the module that stands in for it; `$original` is the
 * module it stands for.
 * docs/adr/0011-slim-sdk.md says why; test/infra/slim-sdk.test.ts holds them against the SDK that is installed.
 */
export const standIns: Readonly<Record<string, string>> = {
  // Lambda hands the role's credentials to the process as environment variables; the chain would look in files,
  // processes, SSO, web identity and the instance's metadata as well. They are the same for the life of the process.
  '@aws-sdk/credential-provider-node': `
    import { fromEnv } from '@aws-sdk/credential-provider-env';
    export const defaultProvider = (init) => {
      const read = fromEnv(init);
      let credentials;
      return async () => credentials ??= await read();
    };`,

  // Settings come from the function's environment. The SDK looks for each one that is not there in the files of a
  // developer's machine as well, some fifteen times in a first call, each time by way of two errors.
  '@smithy/core/config': `
    export * from '$original';
    export const loadConfig = ({ environmentVariableSelector, default: fallback }, { signingName } = {}) => {
      let value;
      return async () => value ??= environmentVariableSelector(process.env, { signingName }) ??
        (typeof fallback === 'function' ? await fallback() : fallback);
    };
    // A function runs in the region of its environment.
    const modes = { auto: 'in-region' };
    export const resolveDefaultsModeConfig = ({ defaultsMode = process.env.AWS_DEFAULTS_MODE ?? 'legacy' } = {}) =>
      async () => {
        const mode = (typeof defaultsMode === 'function' ? await defaultsMode() : defaultsMode).toLowerCase();
        return modes[mode] ?? mode;
      };`,

  // It makes a copy of every request and answer for a logger, and ours writes nothing. It tells AWS in each request, put
  // together anew, which features were used, what page called and in which partition; what calls is the same each time.
  '@aws-sdk/core/client': `
    export * from '$original';
    export const getLoggerPlugin = () => ({ applyToStack: () => {} });
    export const getUserAgentPlugin = ({ defaultUserAgentProvider }) => {
      let agent;
      const saying = (next) => async (args) => {
        agent ??= (await defaultUserAgentProvider()).map((pair) => pair.join('/')).join(' ');
        args.request.headers['user-agent'] = agent;
        return next(args);
      };
      return { applyToStack: (stack) => stack.add(saying, { name: 'getUserAgentMiddleware', step: 'build', priority: 'low', override: true }) };
    };`,

  // The SDK pipes every answer through a stream of its own.
  '@smithy/node-http-handler': `
    export * from '$original';
    export const streamCollector = (stream) => new Promise((resolve, reject) => {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => resolve(Buffer.concat(chunks)));
    });`,

  // Amazon Timestream's way to a cell; DynamoDB in the AWS Regions has one endpoint.
  '@aws-sdk/middleware-endpoint-discovery': `
    export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
      environmentVariableSelector: () => undefined, configFileSelector: () => undefined, default: undefined,
    };
    export const resolveEndpointDiscoveryConfig = (input) => Object.assign(input, {
      endpointDiscoveryEnabled: async () => false, isClientEndpointDiscoveryEnabled: false,
    });`,

  // SelectObjectContent, SubscribeToShard and the like. The S3 client resolves its part when it is made.
  '@smithy/core/event-streams': `
    const refuse = () => { throw new Error('event streams are left out of this bundle'); };
    export class EventStreamSerde { constructor() { refuse(); } }
    export const eventStreamSerdeProvider = () => ({ serialize: refuse, deserialize: refuse });
    export const resolveEventStreamSerdeConfig = (input) => input;`,
};

const namespace = 'stand-in';

export const slimSdk: Plugin = {
  name: 'slim-sdk',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, async ({ path, resolveDir, kind, pluginData }) => {
      if (!(path in standIns) || pluginData === namespace) return undefined;
      // Found first, so that a module which the SDK no longer has fails the build.
      const original = await resolve(path, { resolveDir, kind, pluginData: namespace });
      if (original.errors.length > 0) return { errors: original.errors };
      return { path, namespace, sideEffects: false, pluginData: original.path };
    });
    onLoad({ filter: /./, namespace }, ({ path, pluginData: original }) => ({
      contents: standIns[path]?.replaceAll('$original', original) ?? '',
      loader: 'js',
      resolveDir: dirname(original),
    }));
  },
};
