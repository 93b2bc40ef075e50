import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { tokenHash } from '../principal.ts';
import { Refusal } from '../refusal.ts';

/** SHA-256 of the call's token. What is no token by its form and checksum is refused without a look-up. */
export const bearerToken = ({ headers }: APIGatewayProxyEventV2): string => {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const hash = token && tokenHash(token);
  if (hash) return hash;
  throw new Refusal(
    'UNAUTHENTICATED',
    token
      ? 'This is not a token of this service: its form or its checksum is wrong. Send it as it was issued.'
      : 'This call needs a token: send the header "Authorization: Bearer <token>".',
  );
};
