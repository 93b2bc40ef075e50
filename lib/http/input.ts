import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Issue, Refusal } from '../refusal.ts';
import { fieldFor, valueFor } from './foreign-words.ts';
import { duplicateKeys } from './json.ts';
import { REQUEST_LIMIT } from './limits.ts';
import { mended } from './slips.ts';

/** What a call says, or why it cannot be taken. A fault is thrown only after the token was found good. */
export type Parsed<Input> = {
  input?: Input;
  fault?: Refusal;
  idempotencyKey?: string;
  turnId?: string;
};

/** Every fault is listed, up to what an answer can hold of a body that has nothing but faults. */
const ISSUES_LIMIT = 1_000;
const VISIBLE_ASCII = /^[\x21-\x7E]{1,128}$/;

/** All faults of headers and body at once. */
export const parseCall = <Input>(event: APIGatewayProxyEventV2, schema: z.ZodMiniType<Input>): Parsed<Input> => {
  const headerIssues: Issue[] = [];
  const idempotencyKey = visible(event, 'idempotency-key', 'Idempotency-Key', headerIssues);
  const turnId = visible(event, 'x-turn-id', 'X-Turn-Id', headerIssues);
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > REQUEST_LIMIT) return { fault: tooLarge(`The request is larger than ${REQUEST_LIMIT} bytes`) };
  const { value, isJson, issues } = parseJson(event.headers['content-type'] ?? '', bytes);
  const outside = [...headerIssues, ...issues];
  if (!isJson) return { fault: invalid(outside) };
  const strict = schema.safeParse(value);
  const result = strict.success ? strict : schema.safeParse(mended(schema, value));
  if (result.success && outside.length === 0) {
    return { input: result.data, ...(idempotencyKey && { idempotencyKey }), ...(turnId && { turnId }) };
  }
  const found = result.error?.issues ?? [];
  const large = found.map((issue) => (issue.code === 'custom' ? issue.params?.tooLarge : undefined)).find(Boolean);
  if (typeof large === 'string') return { fault: tooLarge(large) };
  return { fault: invalid([...outside, ...found.flatMap(issuesOf)]) };
};

const visible = (event: APIGatewayProxyEventV2, header: string, name: string, issues: Issue[]): string | undefined => {
  const value = event.headers[header];
  if (value !== undefined && !VISIBLE_ASCII.test(value)) {
    issues.push({ path: name, message: 'must be 1 to 128 visible ASCII characters' });
  }
  return value;
};

const tooLarge = (what: string): Refusal => new Refusal('PAYLOAD_TOO_LARGE', `${what}. Nothing was stored.`);

const invalid = (issues: Issue[]): Refusal => {
  const listed = issues.slice(0, ISSUES_LIMIT);
  const first = listed.slice(0, 3).map(({ path, message }) => (path ? `${path}: ${message}` : message));
  const more = issues.length > first.length ? ` (${listed.length} of ${issues.length} in issues)` : '';
  return new Refusal('INVALID_INPUT', `The input was refused and nothing was changed. ${first.join('; ')}${more}.`, {
    issues: listed,
  });
};

type Json = { value?: unknown; isJson: boolean; issues: Issue[] };

const unread = (message: string): Json => ({ isJson: false, issues: [{ path: '', message }] });

const parseJson = (type: string, bytes: Uint8Array): Json => {
  if (!/^application\/json\s*(;|$)/i.test(type)) return unread('the content type must be application/json');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return unread('the body is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unread('the body is not JSON');
  }
  const issues = duplicateKeys(text, ISSUES_LIMIT).map((path) => ({
    path: shortened(path),
    message: 'stands twice in one object',
  }));
  return { value, isJson: true, issues };
};

/** Of a stranger's text, at most 100 characters, cut between characters. */
const shortened = (name: string): string =>
  name.length > 100 ? `${name.slice(0, 100).replace(/[\uD800-\uDBFF]$/, '')}…` : name;

/** An unknown field is named by its own path, the first of an object with the fields that there are. */
const issuesOf = (issue: z.core.$ZodIssue): Issue[] => {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
  const known = issue.message.split(', ');
  return issue.keys.slice(0, ISSUES_LIMIT).map((key, place) => {
    const meant = fieldFor(key, known);
    const message = `is not a field here${meant ? `: say ${meant}` : ''}`;
    return {
      path: [...path, shortened(key)].join('.'),
      message: place === 0 ? `${message} (fields: ${issue.message})` : message,
    };
  });
};

const valuesOf = (issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidValue>): string => {
  const { input, path = [], values } = issue;
  const instead = valueFor(String(path.findLast((part) => typeof part === 'string')), input);
  const listed = `${input === undefined ? 'is missing: ' : 'must be '}${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  return instead ? `${listed}; for "${input}" say ${instead}` : listed;
};

/** For `issuesOf` to name: the fields of the object whose key is not known. */
const fieldsOf = (schema: unknown): string => Object.keys((schema as z.core.$ZodObject)._zod.def.shape).join(', ');

/** Ids cannot be made up: which tool shows them. */
const lists: Record<string, string> = { atpId: 'atp_list', messageId: 'message_list', artifactId: 'atp_get' };
const missing = (path: readonly unknown[] = []): string => {
  const tool = lists[String(path.at(-1))];
  return tool ? `is missing (${tool} shows it)` : 'is missing';
};

/** Without a locale every message would be "Invalid input"; zod's own would cost 7 KB in each bundle. */
z.config({
  customError: (issue) => {
    switch (issue.code) {
      case 'invalid_type':
        return issue.input === undefined ? missing(issue.path) : `must be of type ${issue.expected}`;
      case 'invalid_value':
        return valuesOf(issue);
      case 'too_small':
        return `must be ${issue.minimum} at least`;
      case 'too_big':
        return `must be ${issue.maximum} at most`;
      case 'unrecognized_keys':
        return fieldsOf(issue.inst);
      default:
        return 'is not of the form that is asked for';
    }
  },
});
