/** What answers without a credential. */

import { parameter } from './components.ts';
import type { Operation } from './operation.ts';

const open = { method: 'get', tag: 'Service', security: [], codes: [] } as const;

const ofThePage = ['Content-Security-Policy', 'X-Content-Type-Options', 'Referrer-Policy'] as const;
const ofTheBoard = [...ofThePage, 'Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy'] as const;

/** A file of the board. */
const file = (path: string, operationId: string, summary: string, type: string): Operation => ({
  ...open,
  path,
  operationId,
  summary,
  description: 'For people: what is open, and whose turn it is. Only what the page then reads needs a token.',
  parameters: [parameter('If-None-Match')],
  answers: {
    200: {
      description: 'The file.',
      type: `${type}; charset=utf-8`,
      headers: ['Cache-Control', 'ETag', 'Vary', 'Content-Encoding', ...ofTheBoard],
      schema: { type: 'string' },
    },
    304: {
      description: 'It is the same as that of the ETag.',
      headers: ['Cache-Control', 'ETag', 'Vary', ...ofTheBoard],
    },
  },
});

export const serviceOperations: readonly Operation[] = [
  file('/', 'board', 'The board', 'text/html'),
  file('/board.js', 'board_script', 'The script of the board', 'text/javascript'),
  file('/board.css', 'board_style', 'The style of the board', 'text/css'),
  {
    ...open,
    path: '/healthz',
    operationId: 'healthz',
    summary: 'Whether the service answers',
    description: 'Answers without a look-up: a prober costs no more than itself.',
    answers: {
      200: {
        description: 'It answers.',
        headers: ['Cache-Control'],
        schema: { type: 'object', properties: { status: { type: 'string', const: 'ok' } }, required: ['status'] },
      },
    },
  },
  {
    ...open,
    path: '/openapi.json',
    operationId: 'openapi',
    summary: 'This document',
    description: 'OpenAPI 3.1 of all that the service answers. Every example in it was answered so by a test.',
    parameters: [parameter('If-None-Match')],
    answers: {
      200: {
        description: 'The document.',
        headers: ['Cache-Control', 'ETag', 'Vary', 'Content-Encoding', 'Access-Control-Allow-Origin'],
        schema: { type: 'object', properties: { openapi: { type: 'string' } }, required: ['openapi'] },
      },
      304: {
        description: 'It is the same as that of the ETag.',
        headers: ['Cache-Control', 'ETag', 'Vary', 'Access-Control-Allow-Origin'],
      },
    },
  },
  {
    ...open,
    path: '/docs',
    operationId: 'docs',
    summary: 'This document as a page',
    description: 'For people. It loads nothing and runs no script.',
    parameters: [parameter('If-None-Match')],
    answers: {
      200: {
        description: 'The page.',
        type: 'text/html; charset=utf-8',
        headers: ['Cache-Control', 'ETag', 'Vary', 'Content-Encoding', ...ofThePage],
        schema: { type: 'string' },
      },
      304: {
        description: 'It is the same as that of the ETag.',
        headers: ['Cache-Control', 'ETag', 'Vary', ...ofThePage],
      },
    },
  },
];
