import { type Html, html } from '../html.ts';
import type { Schema } from './document.ts';

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
const code = (value: unknown): Html => html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;

/** What a value is, in a line. */
const kind = (schema: Schema): Html => {
  const { $ref, enum: values, const: only, anyOf, type, items, additionalProperties, format } = schema;
  if ($ref) return html`<a href="#schema-${nameOf($ref)}">${nameOf($ref)}</a>`;
  if (only !== undefined) return code(only);
  if (values) return html`${values.map((value, at) => html`${at > 0 && ' | '}${code(value)}`)}`;
  if (anyOf) return html`${anyOf.map((each, at) => html`${at > 0 && ' or '}${kind(each)}`)}`;
  if (items) return html`list of ${kind(items)}`;
  if (typeof additionalProperties === 'object') return html`object of ${kind(additionalProperties)}`;
  if (format) return html`${format}`;
  return html`${typeof type === 'string' ? type : (type?.join(' or ') ?? 'anything')}`;
};

/** What bounds it. */
const bounds = (schema: Schema): string => {
  const { minLength, maxLength, minimum, maximum, maxItems, pattern, default: left } = schema;
  return [
    maxLength !== undefined && `${minLength ?? 0} to ${maxLength} characters`,
    minimum !== undefined && maximum !== undefined && `${minimum} to ${maximum}`,
    maxItems !== undefined && `at most ${maxItems}`,
    pattern && `matches ${pattern}`,
    left !== undefined && `left out: ${JSON.stringify(left)}`,
  ]
    .filter(Boolean)
    .join('; ');
};

/** A field, or a parameter, with all below it. */
export const field = (name: string, schema: Schema, required: boolean, where?: string): Html => html`<li>
<code class="name">${name}</code> <span class="kind">${where && `${where}, `}${kind(schema)}${required && html`, <strong>required</strong>`}</span>
${schema.description && html`<div>${schema.description}</div>`}${bounds(schema) && html`<div class="bounds">${bounds(schema)}</div>`}
${inside(schema)}</li>`;

/** The fields below a schema, however it holds them. */
export const inside = ({ properties, required = [], items, anyOf }: Schema): Html => {
  if (properties)
    return html`<ul class="fields">${Object.entries(properties).map(([name, each]) => field(name, each, required.includes(name)))}</ul>`;
  if (items) return inside(items);
  return html`${anyOf?.map(inside)}`;
};

/** A schema by itself. */
export const shape = (schema: Schema): Html => {
  const { allOf, description } = schema;
  if (allOf) return html`${allOf.map(shape)}`;
  const named = schema.$ref || schema.anyOf || schema.enum ? html`<p>${kind(schema)}</p>` : undefined;
  return html`${description && html`<p>${description}</p>`}${named}${inside(schema)}`;
};
