/** A question to `@operator`: an `Escalation` with options, of which a person chooses one. */

import { createHash } from 'node:crypto';
import type { Atp, Principal } from '../model.ts';

export const OPTIONS_LEAST = 2;
export const OPTIONS_MOST = 4;

/**
 * What of an ATP a decision rests on. The rest is bookkeeping: a sign of life, a reminder or a message to another role
 * moves it on without making a question another one.
 */
export const restsOn = [
  'type',
  'status',
  'stage',
  'title',
  'notes',
  'priority',
  'owner',
  'evidence',
  'incident',
  'checklist',
  'directives',
  'handoffMessageId',
  'reportArtifactId',
  'qa',
  'codeReview',
  'qaVerdict',
  'codeReviewVerdict',
  'openDependencies',
  'alertFiring',
] as const satisfies readonly (keyof Atp)[];

/** Names the state of an ATP that a decision rests on: the same for the same state, however it came about. */
export const versionOf = (atp: Atp): string =>
  createHash('sha256')
    .update(JSON.stringify(restsOn.map((name) => inOrder(atp[name]))))
    .digest('base64url')
    .slice(0, VERSION_LENGTH);

const VERSION_LENGTH = 16;

/** The table gives the fields of a map in any order. */
const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.entries(value)
    .map(([name, field]) => [name, inOrder(field)])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
};

type Fault = { path: string; message: string };

/** What is wrong between the fields of a question and of an answer; `given` may hold anything. */
export const questionFaults = ({ messageType, options, recommendation, inReplyTo, option }: Given): Fault[] => [
  ...(messageType === 'Escalation' ? choiceFaults(options, recommendation) : []),
  ...(messageType === 'Escalation' ? [] : misplaced({ options, recommendation }, 'only an Escalation gives options')),
  ...(messageType === 'Decision' ? replyFaults(inReplyTo, option) : []),
  ...(messageType === 'Decision' ? [] : misplaced({ inReplyTo, option }, 'only a Decision answers a question')),
];

type Given = { [name: string]: unknown };

const misplaced = (fields: Given, message: string): Fault[] =>
  Object.entries(fields).flatMap(([path, value]) => (value === undefined ? [] : [{ path, message }]));

const choiceFaults = (options: unknown, recommendation: unknown): Fault[] => {
  if (options === undefined)
    return misplaced({ recommendation }, 'recommends one of the options, of which there are none');
  if (!Array.isArray(options)) return [];
  if (recommendation === undefined)
    return [{ path: 'recommendation', message: 'is needed with options: the one that you would choose' }];
  const isOne = typeof recommendation !== 'string' || options.includes(recommendation);
  return [
    ...lookFaults(options.filter((option) => typeof option === 'string')),
    ...(isOne ? [] : [{ path: 'recommendation', message: 'must be one of the options, word for word' }]),
  ];
};

const lookFaults = (options: readonly string[]): Fault[] => {
  const looks = options.map(lookOf);
  return [
    ...(looks.includes('') ? [{ path: 'options', message: 'has an option that shows nothing' }] : []),
    ...(new Set(looks).size < looks.length ? [{ path: 'options', message: 'has two options that look the same' }] : []),
  ];
};

/** As a person sees it in an email and on a page, whose quotation marks are of one kind: nobody can choose between two that look alike. */
const lookOf = (option: string): string =>
  option
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu, '')
    .replace(/[\p{Zs}\u2800]+/gu, ' ')
    .replaceAll('"', "'")
    .trim();

const replyFaults = (inReplyTo: unknown, option: unknown): Fault[] => {
  if ((inReplyTo === undefined) === (option === undefined)) return [];
  return inReplyTo === undefined
    ? [{ path: 'inReplyTo', message: 'is needed with option: the messageId of the question' }]
    : [{ path: 'option', message: 'is needed with inReplyTo: one of the options of the question, word for word' }];
};

/** Who decides by the link in an email, where they say nothing more of themselves: whoever reads the operator's mail. */
export const byLink: Principal = { role: '@operator', name: 'decision-link' };
