/** Parameter Store of AWS Systems Manager, as far as secrets need it: one parameter at a time, by name. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { localAccount, localAws } from './aws.ts';
import { type Answer, jsonAnswer, send } from './forwarding.ts';
import { writePrivately } from './private-file.ts';

export type Parameters = { endpoint: string; stop: () => Promise<void> };

const parameter = z.object({ type: z.string(), value: z.string(), version: z.number(), modifiedAt: z.number() });
const parametersFile = z.record(z.string(), parameter);
type Kept = z.output<typeof parametersFile>;

type Input = { Name: string; Type?: string; Value?: string; Overwrite?: boolean; WithDecryption?: boolean };

const JSON_1_1 = 'application/x-amz-json-1.1';
/** A standard parameter holds 4 KB (Systems Manager quotas). */
const VALUE_LIMIT = 4_096;
const NAME = /^\/?[\w.-]+(\/[\w.-]+)*$/;
const TYPES = ['String', 'StringList', 'SecureString'];

/** What Parameter Store answers with a 400 (AWS Systems Manager API reference). */
class ParameterRefusal extends Error {
  readonly type: string;
  constructor(type: string, message = '') {
    super(message);
    this.type = type;
  }
}

/** Serves what is in the file, which only its owner may read, on a free port of this machine alone. */
export const serveParameters = async (path: string): Promise<Parameters> => {
  const operate = operationsOn(readKept(path), (kept) => writePrivately(path, kept));
  const answer = async (target: string, body: Promise<unknown>): Promise<Answer> => {
    try {
      const operation = operate[target.replace('AmazonSSM.', '')];
      if (!operation) throw new ParameterRefusal('UnknownOperationException', `${target} is not known to this stack`);
      return jsonAnswer(200, JSON_1_1, operation((await body) as Input));
    } catch (error) {
      if (!(error instanceof ParameterRefusal)) return jsonAnswer(500, JSON_1_1, { __type: 'InternalServerError' });
      return jsonAnswer(400, JSON_1_1, { __type: error.type, message: error.message });
    }
  };
  const server = createServer(async (request, response) => {
    send(response, await answer(String(request.headers['x-amz-target']), json(request)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const operationsOn = (kept: Kept, save: (kept: Kept) => void): Record<string, (input: Input) => object> => {
  const known = (name: string) => {
    const found = Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (!found) throw new ParameterRefusal('ParameterNotFound');
    return found;
  };
  return {
    GetParameter: ({ Name, WithDecryption = false }) => {
      const { type, value, version, modifiedAt } = known(Name);
      const isSealed = type === 'SecureString' && !WithDecryption;
      // Without decryption it is a ciphertext of AWS KMS: whoever forgets to ask shall notice here too.
      const Value = isSealed ? Buffer.from('encrypted').toString('base64') : value;
      const ARN = `arn:aws:ssm:${localAws.region}:${localAccount}:parameter/${Name.replace(/^\//, '')}`;
      const Parameter = { Name, Type: type, Value, Version: version, LastModifiedDate: modifiedAt, ARN };
      return { Parameter: { ...Parameter, DataType: 'text' } };
    },
    PutParameter: ({ Name, Type, Value, Overwrite = false }) => {
      const before = Object.hasOwn(kept, Name) ? kept[Name] : undefined;
      if (before && !Overwrite) throw new ParameterRefusal('ParameterAlreadyExists', 'The parameter already exists.');
      const version = (before?.version ?? 0) + 1;
      kept[Name] = { ...validated(Name, Type ?? before?.type, Value), version, modifiedAt: Date.now() / 1000 };
      save(kept);
      return { Version: version, Tier: 'Standard' };
    },
    DeleteParameter: ({ Name }) => {
      known(Name);
      delete kept[Name];
      save(kept);
      return {};
    },
  };
};

const invalid = (what: string): ParameterRefusal => new ParameterRefusal('ValidationException', what);

const validated = (
  name: string,
  type: string | undefined,
  value: string | undefined,
): { type: string; value: string } => {
  if (!NAME.test(name) || /^\/?(aws|ssm)/i.test(name)) throw invalid('Parameter name is not allowed.');
  if (type === undefined || !TYPES.includes(type)) throw invalid('A parameter type is required when you create one.');
  if (!value) throw invalid('The parameter has no value.');
  if (value.length > VALUE_LIMIT)
    throw invalid(`Standard tier parameters support a maximum parameter value of ${VALUE_LIMIT} characters.`);
  return { type, value };
};

const readKept = (path: string): Kept => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return parametersFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is broken: delete it, and rotate the integrations that sign`);
  }
};
