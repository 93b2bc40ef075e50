import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { knownAtp } from '../lib/flow/permit.ts';
import { goodAnswer } from '../lib/http/answer.ts';
import type { Parsed } from '../lib/http/input.ts';
import { parseRead, validateReads } from '../lib/http/rest.ts';
import { Refusal } from '../lib/refusal.ts';
import { acceptedFormat, type Format, formats, mediaTypes } from '../lib/report/accept.ts';
import { gatherReport } from '../lib/report/gather.ts';
import { markdownOf } from '../lib/report/markdown.ts';
import { atpId } from '../lib/schema.ts';
import { atpOf } from '../lib/store/items.ts';
import { keys } from '../lib/store/keys.ts';
import { type Door, serve } from '../lib/tool.ts';

export const door = {
  name: 'report',
  input: z.strictObject({ atpId: atpId(), format: z.optional(z.enum(formats)) }),
  reads: ({ atpId }) => [keys.atp(atpId)],
} satisfies Door<Asked>;

type Asked = { atpId: string; format?: Format | undefined };

/** `format` says it, else Accept: what neither can have is a fault of the input. */
const parse = (event: APIGatewayProxyEventV2): Parsed<Asked> => {
  const parsed = parseRead<Asked>(event, door.input, []);
  if (parsed.input?.format) return parsed;
  const format = acceptedFormat(event.headers.accept);
  if (format) return parsed.input ? { ...parsed, input: { ...parsed.input, format } } : parsed;
  return parsed.fault ? parsed : { fault: notAcceptable() };
};

const notAcceptable = (): Refusal => {
  const message = `must allow ${Object.values(mediaTypes).join(' or ')}; or give format=${formats.join(' or format=')}`;
  return new Refusal('INVALID_INPUT', `A report is not to be had in that form: Accept ${message}.`, {
    issues: [{ path: 'Accept', message }],
  });
};

/** GET /atps/{atpId}/report: all of an incident, for its review. */
export const handler = serve<Asked>(
  door,
  async ({ atpId, format }, { table, items }) => {
    const atp = knownAtp({ atp: () => atpOf(items.get(keys.atp(atpId))) }, atpId);
    const report = await gatherReport(table, atp);
    const vary = { vary: 'Accept' };
    if (format === 'markdown') return goodAnswer(markdownOf(report), `${mediaTypes.markdown}; charset=utf-8`, vary);
    return goodAnswer(JSON.stringify(report), mediaTypes.json, vary);
  },
  { parse },
).use(validateReads());
