import { duplicateKeys } from '../../lib/http/json.ts';

/** SNS's rules for `Publish` (SNS API reference), which the emulator does not hold all of. */

/** Form fields of the query protocol. */
type Fields = URLSearchParams;

export class SnsRefusal extends Error {
  override readonly name = 'SnsRefusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }

  toXml(): string {
    const type = this.status < 500 ? 'Sender' : 'Receiver';
    return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${this.code}</Code><Message>${escaped(this.message)}</Message></Error><RequestId>${crypto.randomUUID()}</RequestId></ErrorResponse>`;
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const MESSAGE_LIMIT = 262_144;
const SUBJECT_LIMIT = 100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what SNS refuses
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/;

const invalid = (what: string): SnsRefusal => new SnsRefusal('InvalidParameter', `Invalid parameter: ${what}`);

/** What each kind of subscriber is handed of a publication. */
export type Publication = {
  topicArn: string;
  subject?: string;
  texts: { default: string } & Record<string, string>;
  /** The message attribute of that name, by which the stack's subscriptions filter; undefined where there is none. */
  channels?: readonly string[];
};

/** Reads a `Publish`. Throws `SnsRefusal` for what SNS refuses. */
export const publicationOf = (fields: Fields): Publication => {
  const topicArn = fields.get('TopicArn') ?? fields.get('TargetArn') ?? '';
  const subject = fields.get('Subject');
  const message = fields.get('Message') ?? '';
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) + attributeBytes(fields) > MESSAGE_LIMIT) throw invalid('Message too long');
  if (subject !== null && (subject === '' || [...subject].length >= SUBJECT_LIMIT || CONTROL.test(subject)))
    throw invalid('Subject');
  for (const [name, value] of fields) {
    if (/^MessageAttributes\.entry\.\d+\.Value\.StringValue$/.test(name) && value === '') {
      throw new SnsRefusal(
        'ParameterValueInvalid',
        'The message attribute must contain a non-empty message attribute value.',
      );
    }
  }
  const channels = channelsOf(fields);
  return {
    topicArn,
    ...(subject !== null && { subject }),
    texts: textsOf(message, fields.get('MessageStructure')),
    ...(channels && { channels }),
  };
};

const CHANNELS = 'channels';

const channelsOf = (fields: Fields): string[] | undefined => {
  const [entry] =
    [...fields].find(([name, value]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(name) && value === CHANNELS) ?? [];
  const value = entry && fields.get(entry.replace(/Name$/, 'Value.StringValue'));
  return value ? (JSON.parse(value) as string[]) : undefined;
};

/** Names, types and values of the message attributes count towards the limit. */
const attributeBytes = (fields: Fields): number =>
  [...fields]
    .filter(([name]) => name.startsWith('MessageAttributes.entry.'))
    .reduce((bytes, [, value]) => bytes + Buffer.byteLength(value), 0);

const textsOf = (message: string, structure: string | null): Publication['texts'] => {
  if (structure === null) return { default: message };
  if (structure !== 'json') throw invalid('MessageStructure');
  const texts = parsed(message);
  if (typeof texts.default !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  const strings = Object.entries(texts).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(strings) as Publication['texts'];
};

const parsed = (message: string): Record<string, unknown> => {
  try {
    const texts: unknown = JSON.parse(message);
    if (typeof texts === 'object' && texts !== null && !Array.isArray(texts) && duplicateKeys(message).length === 0) {
      return texts as Record<string, unknown>;
    }
  } catch {
    // refused below
  }
  throw invalid('Message Structure - JSON message body failed to parse');
};

/** The fields for an emulator that hands queues the whole of `Message`: only what SNS would hand them. */
export const forQueues = (fields: Fields, { texts }: Publication): Fields => {
  const rewritten = new URLSearchParams(fields);
  rewritten.delete('MessageStructure');
  rewritten.set('Message', texts.sqs ?? texts.default);
  return rewritten;
};

/**
 * A subscription's filter for an emulator that compares a `String.Array` as the text it is: with each channel, the same
 * within such a text.
 */
export const forChannels = (fields: Fields): Fields => {
  const rewritten = new URLSearchParams(fields);
  for (const [name, value] of fields) {
    const key = value === 'FilterPolicy' && /^(Attributes\.entry\.\d+\.)key$/.exec(name)?.[1];
    if (key) rewritten.set(`${key}value`, filterOf(fields.get(`${key}value`) ?? '{}'));
  }
  if (fields.get('AttributeName') === 'FilterPolicy')
    rewritten.set('AttributeValue', filterOf(fields.get('AttributeValue') ?? '{}'));
  return rewritten;
};

const filterOf = (text: string): string => {
  const policy = parsedPolicy(text);
  const rules = policy?.[CHANNELS];
  if (!Array.isArray(rules)) return text;
  const within = rules.filter((rule) => typeof rule === 'string').map((rule) => ({ wildcard: `*"${rule}"*` }));
  return JSON.stringify({ ...policy, [CHANNELS]: [...rules, ...within] });
};

const parsedPolicy = (text: string): { [name: string]: unknown } | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
