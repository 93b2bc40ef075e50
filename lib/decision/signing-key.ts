/** Of whoever signs. Loaded with the first question that is mailed, not before: few notices are questions. */

import { randomBytes } from 'node:crypto';
import { PutParameterCommand, SSMServiceException } from '@aws-sdk/client-ssm';
import { KEY_BYTES, type LinkKey, openLinkKey } from './key.ts';

const Description = 'Signs the links of questions to the operator. Deleted, it is made anew, and every link is void.';

/** Answers the key in the parameter of that name, and makes one where there is none. */
export const openSigningKey = (name: string): (() => Promise<string>) => {
  const linkKey = openLinkKey(name);
  return async () => (await linkKey.read()) ?? make(linkKey);
};

/** Of two that make it at once, one is refused, and takes the other's. */
const make = async ({ ssm, name: Name, read, forget }: LinkKey): Promise<string> => {
  const Value = randomBytes(KEY_BYTES).toString('base64');
  try {
    await ssm.send(new PutParameterCommand({ Name, Value, Description, Type: 'SecureString' }));
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
  forget();
  const key = await read();
  if (key === undefined) throw new Error(`the parameter ${Name} holds no key: delete it, and another is made`);
  return key;
};

const isThereAlready = (error: unknown): boolean =>
  error instanceof SSMServiceException && error.name === 'ParameterAlreadyExists';
