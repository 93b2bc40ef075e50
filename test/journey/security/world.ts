import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../../infra/local/start.ts';
import { loadTemplate } from '../../../infra/local/template.ts';
import { FarEnd } from '../../support/far-end.ts';
import { Calls } from '../../support/least-privilege/calls.ts';
import { functionGrants, type Grants } from '../../support/least-privilege/policies.ts';
import { type DeployedRoute, pathFor, routesOf } from '../../support/routes.ts';
import { Service } from '../../support/service.ts';
import { overHttp, overMcp } from './doors.ts';
import { tellEndpoints, tellPeople } from './incidents.ts';
import { decide } from './questions.ts';
import { page } from './sources.ts';
import { loseFile, useTools } from './tools.ts';

/** A stack in which every function has done all that it does, and what it asked AWS for on the way. */
export type World = {
  stack: RunningStack;
  service: Service;
  calls: Calls;
  grants: Grants;
  routes: readonly DeployedRoute[];
  /** An incident. */
  atpId: string;
  /** What nobody but its holder may read anywhere. */
  secrets: string[];
  /** Of a question: in its email, and nowhere else. */
  link: string;
  /** What the stack said of itself. */
  told: string[];
  receiver: FarEnd;
  stop: () => Promise<void>;
};

/** Whatever is served over GET, known here or not. */
const read = async (url: string, { tokens }: Service, routes: readonly DeployedRoute[], atpId: string) => {
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const headers = { authorization: `Bearer ${tokens['pm-1']}` };
    const answer = await fetch(`${url}${pathFor(route, atpId)}`, { headers });
    if (answer.status >= 500) throw new Error(`GET ${route.path} answered ${answer.status}`);
    await answer.arrayBuffer();
  }
};

export const givenWorld = async (): Promise<World> => {
  const data = mkdtempSync(join(tmpdir(), 'security-'));
  const [calls, told] = [new Calls(), [] as string[]];
  const receiver = await FarEnd.listen();
  const assembly = freshAssembly(() => undefined);
  const stack = await startStack({
    ...{ assembly, data, port: 0, before: calls.before, signsByName: true, webhooks: true, digestInterval: 1 },
    timeouts: { acknowledgement: 2 },
    told: (line) => told.push(line),
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    await Promise.all([calls.close(), receiver.close()]);
    rmSync(data, { recursive: true, force: true });
  };
  const template = loadTemplate(assembly);
  const [grants, routes] = [functionGrants(template, stack.references), routesOf(template)];
  const service = await Service.behind(stack);
  const secrets = [await tellEndpoints(stack, service, receiver), stack.routingKey ?? ''];
  secrets.push(...Object.values(stack.tokens), ...Object.values(service.tokens));
  let atpId = '';
  for (const [by, door] of [
    ['Toolsartifactcreate', overHttp(service)],
    ['Mcpmcp', overMcp(stack.url, service)],
  ] as const) {
    atpId = await useTools(door, service);
    await read(stack.url, service, routes, atpId);
    const { name } = stack.functionNamed(by).spec;
    await loseFile(door, service, (interruption) => calls.interrupt(name, 'dynamodb:UpdateItem', interruption));
  }
  secrets.push(
    ...(await page(stack, service, (by, interruption) => calls.interrupt(by, 'dynamodb:PutItem', interruption))),
  );
  await tellPeople(stack, service);
  const [key = '', link = ''] = await decide(stack, service, calls);
  secrets.push(key);
  return { stack, service, calls, grants, routes, atpId, secrets, link, told, receiver, stop };
};
