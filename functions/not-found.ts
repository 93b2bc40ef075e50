import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { problemAnswer } from '../lib/http/answer.ts';
import { readRoutes, reportPath, toolNames } from '../lib/model.ts';
import { Refusal } from '../lib/refusal.ts';

/** Code points of a method or a path that an answer repeats. */
const SHOWN = 100;

/** What API Gateway has no route for, before any token. */
export const handler = async ({
  requestContext,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { method, path } = requestContext.http;
  return problemAnswer(new Refusal('NOT_FOUND', detail(method, path)), requestContext.requestId);
};

const reads = [...readRoutes.map(({ path }) => path), reportPath];

const detail = (method: string, path: string): string => {
  const tool = toolNames.find((name) => path === `/tools/${name}`);
  if (tool) return `${tool} is called with POST, not with ${shown(method)}.`;
  const read = reads.find((each) => isAt(each, path));
  if (read) return `${read} is read with GET, not with ${shown(method)}. ${TOOLS}`;
  const nothing = `There is nothing at ${shown(method)} ${shown(path)}.`;
  return `${nothing} ${TOOLS} Read over GET are ${reads.join(', ')}.`;
};

const TOOLS = `Tools are called with POST /tools/<tool>, where <tool> is one of ${toolNames.join(', ')}.`;

/** Whether the path fits one that may hold a variable. */
const isAt = (pattern: string, path: string): boolean => {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return (
    parts.length === wanted.length && wanted.every((part, n) => part === parts[n] || (part[0] === '{' && parts[n]))
  );
};

/** A stranger's text: cut between characters, without control characters or lone surrogates. */
const shown = (text: string): string => {
  const points = [...text.toWellFormed().replace(/\p{Cc}/gu, '\u{fffd}')];
  return points.length > SHOWN ? `${points.slice(0, SHOWN).join('')}…` : points.join('');
};
