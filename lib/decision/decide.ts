/** What a link of a question opens, and what a click on its page does. */

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Call } from '../flow/call.ts';
import { knownQuestion, planDecision, refuseStale } from '../flow/plan/decision.ts';
import { byLink } from '../flow/question.ts';
import { bearerToken } from '../http/bearer.ts';
import { learn } from '../http/refused.ts';
import { type IdParts, messageParts } from '../ids.ts';
import { nameOf } from '../metrics/effects.ts';
import type { Atp, Principal, Question, Timeouts } from '../model.ts';
import { principalOf, type TokenItem } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { type Attempt, commitOver, planOver, settled } from '../settle.ts';
import type { Table } from '../store/client.ts';
import { atpOf, messageOf } from '../store/items.ts';
import { type Key, keys } from '../store/keys.ts';
import { type Items, readItems } from '../store/read.ts';
import { snapshotOf } from '../store/snapshot.ts';
import { ulid } from '../ulid.ts';
import type { LinkKey } from './key.ts';
import { isLinkForm, type Link, readLink } from './link.ts';

export type Surroundings = { table: Table; key: Pick<LinkKey, 'read'>; timeouts: Timeouts; webhooks: boolean };

/** A link with the ids of which that of its question is made. */
type Named = Link & IdParts;

/** A question, its ATP, and who is about to decide. */
export type Opened = { link: Named; items: Items; atp: Atp; question: Question; principal: Principal };

/** Opens a link. What is forged or expired is refused before anything is read. */
export const open = async (event: APIGatewayProxyEventV2, { table, key }: Surroundings): Promise<Opened> => {
  const link = await linkIn(event, key);
  const { atpId } = link;
  const token = event.headers.authorization === undefined ? undefined : keys.token(bearerToken(event));
  const items = await readItems(table, [...keysOf(link), ...(token ? [token] : [])]);
  learn(event, { atpId, drill: Boolean(atpOf(items.get(keys.atp(atpId)))?.drill) });
  const principal = token ? operatorOf(items, token) : byLink;
  learn(event, { principal: nameOf(principal) });
  return openedOf(link, items, principal);
};

/** The same as it is now, though its time may have passed meanwhile. */
export const reopened = async ({ link, principal }: Opened, { table }: Surroundings): Promise<Opened> =>
  openedOf(link, await readItems(table, keysOf(link)), principal);

const keysOf = ({ atpId, ulid }: Named): Key[] => [keys.message({ atpId, ulid }), keys.atp(atpId)];

const openedOf = (link: Named, items: Items, principal: Principal): Opened => {
  const snapshot = snapshotOf(items);
  const question = knownQuestion(link.messageId, snapshot);
  const atp = snapshot.atp(link.atpId);
  if (!atp) throw new Error('a question without its ATP');
  return { link, items, atp, question, principal };
};

const linkIn = async (
  { queryStringParameters }: APIGatewayProxyEventV2,
  key: Pick<LinkKey, 'read'>,
): Promise<Named> => {
  const text = queryStringParameters?.link ?? '';
  const secret = isLinkForm(text) ? await key.read() : undefined;
  const link = secret === undefined ? undefined : readLink(text, secret);
  const parts = link && messageParts(link.messageId);
  if (!parts) throw forged();
  if (Date.now() < link.expiresAt) return { ...link, ...parts };
  throw new Refusal(
    'UNAUTHENTICATED',
    `This link held until ${new Date(link.expiresAt).toISOString()}. If the question is still open, answer it with a Decision by message_send, or ask for a new one.`,
  );
};

const forged = (): Refusal =>
  new Refusal(
    'UNAUTHENTICATED',
    'This is not a link that the service sent, or not all of it, or its key was changed since. Open it from the email as it stands there, or answer by message_send.',
  );

/** The link alone lets in. Who comes with a token beside it is held to it: agents have tokens, and no decisions to make. */
const operatorOf = (items: Items, token: Key): Principal => {
  const principal = principalOf(items.get(token) as TokenItem | undefined, Date.now());
  if (!principal) throw new Refusal('UNAUTHENTICATED', 'This token is unknown, expired or revoked.');
  if (principal.role === '@operator') return principal;
  throw new Refusal(
    'ROLE_NOT_PERMITTED',
    `A Decision is sent by @operator; you are ${principal.role}. The question waits for a person.`,
    { current: { role: principal.role } },
  );
};

/** Refuses a question whose ATP is no longer what it was when the question was asked. */
export const refuseOutdated = ({ link, items, principal, question }: Opened): void =>
  refuseStale(question.atpId, link.version, snapshotOf(items), principal);

/** Whether the question was decided as somebody says, a note of theirs included. */
export const isDecidedSo = async ({ question }: Opened, said: Said, { table }: Surroundings): Promise<boolean> => {
  const { decision, options } = question;
  if (!decision || decision.option !== options[said.position]) return false;
  if (said.note === undefined) return true;
  const parts = messageParts(decision.messageId);
  const key = parts && keys.message(parts);
  const sent = key && messageOf((await readItems(table, [key])).get(key));
  return sent?.body.endsWith(`\n\n${said.note}`) ?? false;
};

export type Said = { position: number; note?: string | undefined };

/** Writes the `Decision`, once, whatever else is clicked at the same time. */
export const decide = async (
  { link, items, principal }: Opened,
  said: Said,
  { table, timeouts, webhooks }: Surroundings,
  requestId: string,
): Promise<void> => {
  const nonce = ulid();
  await settled<true>(async (): Promise<Attempt<true>> => {
    const call: Call = { principal, clock: Date.now(), ulid, nonce, timeouts, webhooks };
    const plan = await planOver(table, items, (snapshot) => planDecision({ ...link, ...said }, snapshot, call));
    if (!plan) return { lost: ['a transaction half visible'] };
    const lost = await commitOver(table, items, plan.writes, { requestId, principal });
    return lost ? { lost } : { done: true };
  });
};
