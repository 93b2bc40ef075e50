/** The OpenAPI 3.1 document of all that the service answers, from the schemas that it validates with. */

import type { ToolModule } from '../../../functions/tools.ts';
import { problem } from '../../../lib/catalogue/answers.ts';
import { outputSchema } from '../../../lib/catalogue/json-schema.ts';
import { readRoutes, type ToolName, toolNames } from '../../../lib/model.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { agentOperations } from './agent-operations.ts';
import { gatewayError, headers, parameters, securitySchemes } from './components.ts';
import { decisionOperations } from './decision-operations.ts';
import type { Exchange } from './exchange.ts';
import { type Operation, rendered } from './operation.ts';
import { pagerOperations } from './pager-operations.ts';
import { reportOperation } from './report-operation.ts';
import { Schemas } from './schemas.ts';
import { serviceOperations } from './service-operations.ts';
import { type ReadRoute, readOperation, toolOperation } from './tool-operations.ts';

type Given = {
  tools: Readonly<Record<ToolName, ToolModule>>;
  exchanges: readonly Exchange[];
};

const description = `Agents call tools over HTTP: \`POST /tools/<tool>\` with a JSON object and a bearer token, which says who calls and in which role. Every answer of a write has \`next\`: the calls that the flow permits now, for every role.

A refusal is \`application/problem+json\` (RFC 9457) with a \`code\`, what is true now (\`current\`) and what is permitted instead (\`next\`). Unknown paths and methods are answered with 404 and \`NOT_FOUND\`, before any token. What API Gateway answers by itself has its own form.

Every example was recorded: an example of an answer has the name of the request it answers, and a refusal has its request beside it as \`x-request\`. \`THROTTLED\`, \`UNAVAILABLE\` and \`INTERNAL\` are not played. Answers are open objects: more fields may come to stand beside those that are named.`;

const tags = [
  { name: 'ATPs', description: 'Atomic Task Packages: the units of work that move through a flow.' },
  { name: 'Messages', description: 'Between roles, on an ATP: directives, handoffs, notices to the operator.' },
  { name: 'Artifacts', description: 'Reports and other documents kept with an ATP.' },
  { name: 'Flows', description: 'The tables of transitions.' },
  { name: 'Agents', description: 'The same tools for agents that speak the Model Context Protocol.' },
  { name: 'Pages', description: 'Doors for whatever already pages your people; see docs/pagers.md.' },
  { name: 'Service', description: 'Open to all.' },
];

/** The inbox is that of a role, never the messages of one ATP. */
const routes: readonly ReadRoute[] = readRoutes.map((route) => ({
  ...route,
  hidden: route.tool === 'message_list' ? ['atpId'] : [],
}));

/** All operations, in the order of the document. */
export const operationsOf = (
  { tools }: Omit<Given, 'exchanges'>,
  schemas: Schemas = new Schemas(),
): readonly Operation[] => [
  ...toolNames.map((name) => toolOperation(tools[name], schemas)),
  ...routes.map((route) => readOperation(route, tools[route.tool], schemas)),
  reportOperation(schemas),
  ...agentOperations,
  ...pagerOperations,
  ...serviceOperations,
  ...decisionOperations,
];

export const openApiDocument = ({ exchanges, ...served }: Given): object => {
  const schemas = new Schemas();
  schemas.take(outputSchema(problem));
  const operations = operationsOf(served, schemas);
  const byPath = Map.groupBy(operations, ({ path }) => path);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Hotfix control plane',
      version: packageJson.version,
      summary: 'Holds incident work of agents and people to its policy.',
      description,
      license: { name: 'Apache 2.0', identifier: packageJson.license },
    },
    servers: [{ url: '/', description: 'Wherever this document is served.' }],
    tags: tags.filter(({ name }) => operations.some(({ tag }) => tag === name)),
    paths: Object.fromEntries(
      [...byPath].map(([path, all]) => [
        path,
        Object.fromEntries(all.map((operation) => [operation.method, rendered(operation, exchanges)])),
      ]),
    ),
    components: {
      schemas: { ...schemas.components, GatewayError: gatewayError },
      headers,
      parameters,
      securitySchemes,
    },
  };
};
