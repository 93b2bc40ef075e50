import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { parameterName, type Secret, secretsIn } from '../../lib/pager/secret-list.ts';

/** Parameter Store, and what the names of the parameters begin with. */
export type SecretStore = { ssm: SSMClient; prefix: string };

/** Empty where there is no parameter. */
export const readSecrets = async ({ ssm, prefix }: SecretStore, integrationId: string): Promise<Secret[]> => {
  const Name = parameterName(prefix, integrationId);
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return secretsIn(Parameter?.Value ?? '', Name);
  } catch (error) {
    if (error instanceof ParameterNotFound) return [];
    throw error;
  }
};

/** Encrypted with the key that Systems Manager has in the account, which costs nothing. */
export const writeSecrets = async (
  { ssm, prefix }: SecretStore,
  integrationId: string,
  secrets: readonly Secret[],
): Promise<void> => {
  await ssm.send(
    new PutParameterCommand({
      Name: parameterName(prefix, integrationId),
      Type: 'SecureString',
      Value: JSON.stringify(secrets),
      Overwrite: true,
    }),
  );
};

/** Does nothing where there is none. */
export const deleteSecrets = async ({ ssm, prefix }: SecretStore, integrationId: string): Promise<void> => {
  try {
    await ssm.send(new DeleteParameterCommand({ Name: parameterName(prefix, integrationId) }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
};
