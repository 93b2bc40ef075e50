import type { ToolModule } from '../../../functions/tools.ts';
import { inputSchema, type JsonSchema, outputSchema } from '../../../lib/catalogue/json-schema.ts';
import type { ToolName } from '../../../lib/model.ts';
import { codesOf } from './codes.ts';
import { type HeaderName, parameter } from './components.ts';
import type { Operation } from './operation.ts';
import type { Schemas } from './schemas.ts';

const tags: Record<ToolName, string> = {
  atp_set: 'ATPs',
  atp_create: 'ATPs',
  atp_change_status: 'ATPs',
  atp_close: 'ATPs',
  atp_get: 'ATPs',
  atp_list: 'ATPs',
  checklist_update: 'ATPs',
  handoff: 'Messages',
  message_send: 'Messages',
  message_ack: 'Messages',
  message_list: 'Messages',
  artifact_create: 'Artifacts',
  artifact_get: 'Artifacts',
  flow_get: 'Flows',
};

/** `POST /tools/<name>`. */
export const toolOperation = ({ tool, documentation }: ToolModule, schemas: Schemas): Operation => {
  const { name } = tool;
  const input = inputSchema(tool.input, documentation);
  const { title, description, readOnly, output } = documentation;
  const headers: HeaderName[] = ['Cache-Control', ...(readOnly ? [] : (['Idempotent-Replayed'] as const))];
  return {
    method: 'post',
    path: `/tools/${name}`,
    operationId: name,
    tag: tags[name],
    summary: title,
    description,
    security: ['bearer'],
    // A read has no effect to repeat or to end; it takes the headers all the same.
    parameters: [parameter('Idempotency-Key'), parameter('X-Turn-Id')],
    body: { schema: schemas.take(input), description: 'An unknown field is refused by name.' },
    answers: { 200: { description: 'Done.', schema: schemas.take(outputSchema(output())), headers } },
    codes: codesOf(name, input, documentation),
  };
};

/** `hidden` are fields that only the tool takes. */
export type ReadRoute = { path: string; tool: ToolName; hidden?: readonly string[] };

/**
 * A tool that is read over GET as well: what of its input stands in the path is a parameter there, all else is one of
 * the query.
 */
export const readOperation = (
  { path, tool: name, hidden = [] }: ReadRoute,
  { tool, documentation }: ToolModule,
  schemas: Schemas,
): Operation => {
  const { properties = {}, required = [], ...rest } = inputSchema(tool.input, documentation);
  const fields = Object.entries(properties).filter(([field]) => !hidden.includes(field));
  const input = { ...rest, properties: Object.fromEntries(fields) };
  const { title, description, output } = documentation;
  return {
    method: 'get',
    path,
    operationId: `get_${name}`,
    tag: tags[name],
    summary: `${title}, over GET`,
    description,
    security: ['bearer'],
    parameters: [
      ...fields.map(([field, property]) => {
        const { description, ...schema } = schemas.take(property as JsonSchema);
        const inPath = path.includes(`{${field}}`);
        const isRequired = inPath || required.includes(field);
        return { name: field, in: inPath ? 'path' : 'query', required: isRequired, description, schema };
      }),
      parameter('If-None-Match'),
    ],
    answers: {
      200: { description: 'Done.', schema: schemas.take(outputSchema(output())), headers: validators },
      304: { description: 'Nothing changed since that ETag.', headers: validators },
    },
    codes: codesOf(name, input, documentation).filter((code) => code !== 'PAYLOAD_TOO_LARGE'),
  };
};

/** Who asked may keep it, and asks anew each time. */
const validators: readonly HeaderName[] = ['Cache-Control', 'ETag', 'Vary'];
