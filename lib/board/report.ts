/** The whole of an incident, to be kept: a link would not carry the token, so it is fetched and then saved. */

import { failureOf, Unreachable } from './reader.ts';

export const forms = {
  markdown: { name: 'Markdown', extension: 'md' },
  json: { name: 'JSON', extension: 'json' },
} as const;
export type Form = keyof typeof forms;

export type Reporter = (atpId: string, form: Form, signal: AbortSignal) => Promise<Blob>;

/** It reads all texts of an incident, and a Lambda has 28 s for it. */
const PATIENCE_MS = 31_000;

export const reporterFor =
  (token: string, fetched: typeof fetch = fetch): Reporter =>
  async (atpId, form, signal) => {
    const response = await fetched(`/atps/${encodeURIComponent(atpId)}/report?format=${form}`, {
      cache: 'no-store',
      credentials: 'omit',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch((cause) => {
      throw new Unreachable('no answer', { cause });
    });
    if (!response.ok) throw await failureOf(response);
    return response.blob().catch((cause) => {
      throw new Unreachable('half an answer', { cause });
    });
  };

/** An id holds nothing that a file's name may not. */
export const fileNameOf = (atpId: string, form: Form): string => `${atpId}.${forms[form].extension}`;
