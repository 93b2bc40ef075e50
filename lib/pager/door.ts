/** The HTTP door of a source: size, credential, payload, then the intake. What each sender makes of an answer decides it. */

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { PagerSource } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { admits, integrationOfBearer, isIntegrationId } from './credential.ts';
import { integrationIn, readForIntake, type Surroundings, type Taken, takeIn } from './intake.ts';
import type { Integration } from './integration.ts';
import type { Intake } from './page.ts';

const KIB = 1024;
/** Of the Events API v2: 512 KB, PagerDuty says. All other doors take half of it. */
export const EVENTS_LIMIT = 512 * KIB;
export const PAYLOAD_LIMIT = 256 * KIB;

/** The bytes that were sent: signatures are over these. */
export const rawBody = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2, limit: number): Buffer => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limit)
    throw new Refusal('PAYLOAD_TOO_LARGE', `The payload is larger than ${limit} bytes. Nothing was stored.`);
  return bytes;
};

export const asJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('INVALID_INPUT', 'The payload is not JSON in UTF-8. Nothing was stored.', {
      issues: [{ path: '', message: 'the body is not JSON' }],
    });
  }
};

export const unauthenticated = (): Refusal =>
  new Refusal(
    'UNAUTHENTICATED',
    'This credential is unknown, expired or revoked for this source of pages. npm run integration -- list shows what there is.',
  );

/** A page that was taken in, or understood and left: every sender takes a 202 for done. */
export const accepted = (body: object): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 202,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

export const told = (taken: readonly Taken[]): APIGatewayProxyStructuredResultV2 =>
  accepted({ status: 'accepted', pages: taken });

type Named = { integrationId: string; source: PagerSource };

/**
 * Whether what came with a page lets it in, weighed against the integration that was read with it. Asked only where
 * there is one: an id that somebody made up costs no look into Parameter Store.
 */
export type Admission = (integration: Integration) => boolean | Promise<boolean>;

/** Takes in what a source said, if it is let in: one read for both. */
export const takeFrom = async (
  surroundings: Surroundings,
  { integrationId, source }: Named,
  admits: Admission,
  intake: Intake,
): Promise<Taken[]> => {
  const items = await readForIntake(surroundings.table, integrationId, intake);
  const integration = integrationIn(items, integrationId);
  const isOpen = integration?.source === source && !integration.revokedAt;
  if (!isOpen || !(await admits(integration))) throw unauthenticated();
  return takeIn(surroundings, integration, items, intake);
};

/** The integration that the address of a source names, for those whose credential cannot. */
export const integrationInAddress = ({ queryStringParameters }: APIGatewayProxyEventV2): string => {
  const integrationId = queryStringParameters?.integration ?? '';
  if (!isIntegrationId(integrationId)) throw unauthenticated();
  return integrationId;
};

/** A source with a bearer token: who it is, then what it says. */
export const takeWithBearer = (
  event: APIGatewayProxyEventV2,
  surroundings: Surroundings,
  source: PagerSource,
  read: (payload: unknown) => Intake,
): Promise<Taken[]> => {
  const { token, integrationId } = bearerOf(event);
  const isKnown: Admission = (integration) => admits(integration, token, Date.now());
  return takeBytes(surroundings, { integrationId, source }, isKnown, rawBody(event, PAYLOAD_LIMIT), read);
};

/** What was sent, if it is let in. */
export const takeBytes = async (
  surroundings: Surroundings,
  named: Named,
  admits: Admission,
  bytes: Uint8Array,
  read: (payload: unknown) => Intake,
): Promise<Taken[]> => {
  let intake: Intake;
  try {
    intake = read(asJson(bytes));
  } catch (malformed) {
    // What is malformed is told to those who are let in only.
    await takeFrom(surroundings, named, admits, []);
    throw malformed;
  }
  return takeFrom(surroundings, named, admits, intake);
};

/** The bearer token of a call, and the integration it names. */
export const bearerOf = ({ headers }: APIGatewayProxyEventV2): { token: string; integrationId: string } => {
  const [, token = ''] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const integrationId = integrationOfBearer(token);
  if (!integrationId) throw unauthenticated();
  return { token, integrationId };
};
