import {
  GetParameterCommand,
  ParameterNotFound,
  SSMClient,
  type SSMClientConfig,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import { awsJson } from './aws-json.ts';
import { requestTimeouts } from './request-timeouts.ts';

const protocol = awsJson<NonNullable<SSMClientConfig['protocol']>>({
  target: 'AmazonSSM',
  version: '1.1',
  errors: { ParameterNotFound },
  others: SSMServiceException,
});

/** Made once per execution environment, at start-up. */
export const openParameterStore = (): SSMClient => new SSMClient({ requestHandler: requestTimeouts, protocol });

/** The value of a parameter, decrypted; undefined where there is none of that name. */
export const readParameter = async (ssm: SSMClient, Name: string): Promise<string | undefined> => {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
};
