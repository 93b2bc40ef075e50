/** The page of a question, for the person whose email has the link. */

import type { Answer, Operation } from './operation.ts';

const HTML = 'text/html; charset=utf-8';
const ofThePage = [
  'Cache-Control',
  'Content-Security-Policy',
  'Referrer-Policy',
  'X-Content-Type-Options',
  'X-Robots-Tag',
] as const;

const page = (description: string): Answer => ({
  description,
  type: HTML,
  headers: ofThePage,
  schema: { type: 'string' },
});

const decisionOf = {
  path: '/decision',
  tag: 'Service',
  security: [],
  codes: [],
  parameters: [
    {
      name: 'link',
      in: 'query',
      required: true,
      description:
        'As it stands in the email: the question, the state of its ATP, until when, and a signature over them.',
      schema: { type: 'string' },
    },
  ],
} as const;

const refusals: Record<number, Answer> = {
  401: page('Nothing was decided: the link is forged, not all of it, or has expired; or a token beside it is no good.'),
  403: page("Nothing was decided: a token stands beside the link, and it is not the operator's."),
  404: page('Nothing was decided: what the link asks about is gone.'),
  409: page('Nothing was decided: the ATP has moved on since the question was asked, or another option was chosen.'),
  503: page('Nothing was decided: the table could not be reached.'),
};

export const decisionOperations: readonly Operation[] = [
  {
    ...decisionOf,
    method: 'get',
    operationId: 'decision',
    summary: 'The page of a question',
    description: 'Shows the question, its options and the ATP. It changes nothing, however often it is opened.',
    answers: { 200: page('The question, or what was decided.'), ...refusals },
  },
  {
    ...decisionOf,
    method: 'post',
    operationId: 'decision_post',
    summary: 'Decide',
    description:
      'The click on that page. Sends a Decision to whoever asked, once; clicked twice, it is answered the same.',
    body: {
      type: 'application/x-www-form-urlencoded',
      example: { option: '1', note: 'Tell support first.' },
      description: 'The option by its number, from 1, and a word to whoever asked.',
      schema: {
        type: 'object',
        properties: { option: { type: 'string', pattern: '^[1-4]$' }, note: { type: 'string', maxLength: 4_000 } },
        required: ['option'],
        additionalProperties: false,
      },
    },
    answers: {
      200: page('Decided: what was chosen.'),
      400: page('Nothing was decided: the form is not as the page has it.'),
      413: page('Nothing was decided: the form is too long.'),
      ...refusals,
    },
  },
];
