/** An OpenAPI document as a page for people: HTML alone, with no script and nothing from elsewhere. */

import { Html, html, prose } from '../html.ts';
import type { Document } from './document.ts';
import { article, type Shown } from './operation.ts';
import { shape } from './schema.ts';
import { style } from './style.ts';

const operationsOf = ({ paths }: Document): Shown[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );

export const docsPage = (document: Document): string => {
  const { info, tags, components } = document;
  const byTag = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags[0]);
  const sections = tags.filter(({ name }) => byTag.has(name));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: API</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#content">To the operations</a>
<div class="columns">
<nav aria-label="Operations">
${sections.map(({ name }) => html`<details open><summary>${name}</summary><ul>${(byTag.get(name) ?? []).map(link)}</ul></details>`)}
<p><a href="#schemas">Records</a> · <a href="#headers">Headers</a> · <a href="openapi.json">openapi.json</a></p>
</nav>
<main id="content">
<h1>${info.title} <small>${info.version}</small></h1>
${prose(info.description)}
${sections.map(
  ({ name, description }) =>
    html`<section><h2>${name}</h2><p>${description}</p>${(byTag.get(name) ?? []).map((each) => article(each, document))}</section>`,
)}
<section><h2 id="schemas">Records</h2>
${Object.entries(components.schemas).map(([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>${shape(schema)}`)}
</section>
<section><h2 id="headers">Headers</h2>
<ul class="fields">${Object.entries(components.headers).map(
    ([name, { description, example }]) =>
      html`<li id="header-${name}"><code class="name">${name}</code> <div>${description}</div><div class="bounds">${String(example ?? '')}</div></li>`,
  )}</ul>
</section>
</main>
</div>
</body>
</html>
`;
  return page.text;
};

const link = ({ operation }: Shown): Html =>
  html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`;
