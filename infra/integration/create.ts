import { type PagerSource, pagerSources } from '../../lib/model.ts';
import { newIntegrationId } from '../../lib/pager/credential.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import { createIntegration } from '../../lib/store/integrations.ts';
import { roleOf } from '../role-flag.ts';
import { hashed, type Kind, mint } from './credential.ts';
import { rulesIn } from './rules.ts';
import { writeSecrets } from './secrets.ts';
import type { Where } from './where.ts';

export type CreateFlags = {
  source?: string | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  role?: string | undefined;
  rules?: string | undefined;
  drill?: boolean | undefined;
  hmac?: boolean | undefined;
  topic?: string[] | undefined;
};

/** `credential` where it is new to whoever asked. */
export type Made = { integration: Integration; credential?: string };

/** A standard topic: one of the FIFO kind reaches neither HTTPS nor Lambda (Amazon SNS developer guide). */
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

/** Reads the secret that a source made itself; asked only once it is known to be wanted, since a person may have to type it. */
export type GivenSecret = () => Promise<string>;

/** Makes an integration; `given` is the source's own secret, where it has one. Nothing is written before all flags are seen. */
export const create = async (where: Where, flags: CreateFlags, given: GivenSecret | undefined): Promise<Made> => {
  const source = sourceOf(flags.source);
  const topics = topicsOf(source, flags.topic);
  const kind = kindFor(source, flags.hmac ?? false, given !== undefined);
  const integrationId = newIntegrationId();
  const createdAt = new Date().toISOString();
  const isHashed = kind === 'routingKey' || kind === 'bearer';
  const about = {
    integrationId,
    source,
    service: named('service', flags.service),
    environment: named('environment', flags.environment),
    role: roleOf(flags.role ?? '@dev'),
    rules: flags.rules === undefined ? [] : rulesIn(flags.rules),
    ...(topics && { arns: topics }),
    ...(flags.drill && { drill: true }),
    createdAt,
  };
  const credential = kind === 'none' ? undefined : ((await given?.()) ?? mint(kind, integrationId));
  const credentials = isHashed && credential ? [hashed(credential, createdAt)] : [];
  const integration: Integration = { ...about, credentials };
  // First: an integration whose secret is not there yet would turn its source away.
  if (kind === 'secret' && credential)
    await writeSecrets(where.secrets, integrationId, [{ secret: credential, createdAt }]);
  await createIntegration(where.table, integration);
  return { integration, ...(credential && !given && { credential }) };
};

const sourceOf = (text: string | undefined): PagerSource => {
  const source = pagerSources.find((known) => known === text);
  if (!source) throw new Error(`--source ${text ?? 'is missing'}: one of ${pagerSources.join(' ')}`);
  return source;
};

const named = (flag: string, text: string | undefined): string => {
  const value = text?.trim() ?? '';
  if (!/^[^\p{C}]{1,200}$/u.test(value))
    throw new Error(`--${flag} ${text === undefined ? 'is missing' : 'is refused'}: 1 to 200 characters in one line`);
  return value;
};

/** Any AWS account can sign a message, so only that of topics which are named is taken. */
const topicsOf = (source: PagerSource, topics: string[] | undefined): string[] | undefined => {
  if (source !== 'cloudwatch' && topics) throw new Error('--topic goes with --source cloudwatch alone');
  for (const topic of topics ?? [])
    if (!TOPIC.test(topic)) throw new Error(`--topic ${topic} is no ARN of a standard SNS topic`);
  return source === 'cloudwatch' ? (topics ?? []) : undefined;
};

const kindFor = (source: PagerSource, hmac: boolean, hasSecret: boolean): Kind => {
  if (hmac && source !== 'grafana') throw new Error('--hmac goes with --source grafana alone');
  const signs = source === 'pagerduty' || hmac;
  if (hasSecret && !signs) throw new Error('--secret goes with what signs: pagerduty, or grafana with --hmac');
  if (signs) return 'secret';
  if (source === 'cloudwatch') return 'none';
  return source === 'events' ? 'routingKey' : 'bearer';
};
