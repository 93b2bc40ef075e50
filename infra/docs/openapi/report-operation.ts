/** All of one incident, in either of two forms. */

import { outputSchema } from '../../../lib/catalogue/json-schema.ts';
import { reportAnswer } from '../../../lib/catalogue/report.ts';
import { reportPath } from '../../../lib/model.ts';
import { type HeaderName, parameter } from './components.ts';
import type { Operation } from './operation.ts';
import type { Schemas } from './schemas.ts';

const validators: readonly HeaderName[] = ['Cache-Control', 'ETag', 'Vary'];

export const reportOperation = (schemas: Schemas): Operation => ({
  method: 'get',
  path: reportPath,
  operationId: 'get_report',
  tag: 'ATPs',
  summary: 'Export an incident',
  description:
    'All that is kept of an ATP, for its review: facts, times, the timeline with every message, gates, artifacts with their content, obligations, and the ATPs it leads to. `format` says in which form, else Accept does; without either it is JSON. Where the answer would outgrow 6 MB, the longest texts are cut, and `leftOut` says which call brings them.',
  security: ['bearer'],
  parameters: [
    {
      name: 'atpId',
      in: 'path',
      required: true,
      description: 'The ATP.',
      schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    {
      name: 'format',
      in: 'query',
      required: false,
      description: 'The form, whatever Accept says.',
      schema: { type: 'string', enum: ['json', 'markdown'] },
    },
    parameter('If-None-Match'),
  ],
  answers: {
    200: {
      description: 'The report.',
      schema: schemas.take(outputSchema(reportAnswer)),
      others: { 'text/markdown; charset=utf-8': { type: 'string' } },
      headers: validators,
    },
    304: { description: 'Nothing changed since that ETag.', headers: validators },
  },
  codes: ['INVALID_INPUT', 'UNAUTHENTICATED', 'NOT_FOUND', 'UNAVAILABLE', 'INTERNAL'],
});
