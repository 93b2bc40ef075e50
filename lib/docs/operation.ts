import { type Html, html, prose } from '../html.ts';
import type { Document, Example, Media, Operation, Parameter, Reference, Response } from './document.ts';
import { field, shape } from './schema.ts';

export type Shown = { method: string; path: string; operation: Operation };

const pretty = (value: unknown): Html => html`<pre tabindex="0">${JSON.stringify(value, null, 2)}</pre>`;

/** One operation with all that it takes and answers. */
export const article = ({ method, path, operation }: Shown, document: Document): Html => {
  const { operationId, summary, description, requestBody, responses } = operation;
  return html`<article aria-labelledby="${operationId}">
<h3 id="${operationId}"><a href="#${operationId}">${summary}</a></h3>
<p class="route"><span class="method">${method.toUpperCase()}</span> <code>${path}</code></p>
${prose(description)}
${credentials(operation, document)}${parameters(operation, document)}
${requestBody && html`<h4>Request</h4>${requestBody.description && html`<p>${requestBody.description}</p>`}${Object.entries(requestBody.content).map(([type, each]) => media(type, each))}`}
<h4>Answers</h4>
${Object.entries(responses).map(([status, each]) => response(status, each))}
</article>`;
};

const credentials = ({ security }: Operation, { components }: Document): Html => {
  const names = security.flatMap((each) => Object.keys(each));
  if (names.length === 0) return html``;
  const shown = names.map(
    (name) => html`<li><code class="name">${name}</code> ${components.securitySchemes[name]?.description}</li>`,
  );
  return html`<h4>Credential</h4><ul class="fields">${shown}</ul>`;
};

const parameters = ({ parameters = [] }: Operation, { components }: Document): Html => {
  const resolved = parameters.map((each) => named(each, components.parameters)).filter((each) => each !== undefined);
  if (resolved.length === 0) return html``;
  const shown = resolved.map(({ name, in: where, required = false, description, schema = {} }) =>
    field(name, { ...schema, ...(description && { description }) }, required, where),
  );
  return html`<h4>Parameters</h4><ul class="fields">${shown}</ul>`;
};

const named = (each: Parameter | Reference, all: Document['components']['parameters']): Parameter | undefined =>
  '$ref' in each ? all[each.$ref.slice(each.$ref.lastIndexOf('/') + 1)] : each;

const response = (status: string, { description, headers = {}, content = {} }: Response): Html => {
  const names = Object.keys(headers).map((name, at) => html`${at > 0 && ', '}<a href="#header-${name}">${name}</a>`);
  return html`<details><summary><strong>${status}</strong> ${description}</summary>
${names.length > 0 && html`<p>Headers: ${names}</p>`}${Object.entries(content).map(([type, each]) => media(type, each))}</details>`;
};

const media = (type: string, { schema = {}, examples = {} }: Media): Html =>
  html`<p><code>${type}</code></p>${shape(schema)}${Object.values(examples).map(example)}`;

const example = ({ summary, value, 'x-request': request }: Example): Html =>
  html`<details><summary>Example: ${summary}</summary>${request !== undefined && html`<p>Asked:</p>${pretty(request)}<p>Answered:</p>`}${pretty(value)}</details>`;
