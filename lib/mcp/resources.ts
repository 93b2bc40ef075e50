import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { flows } from '../flow/flows.ts';
import { section } from '../flow/markdown.ts';
import { atpIdPattern } from '../ids.ts';
import type { AtpRecord } from './record.ts';
import { timelinePage } from './timeline.ts';

const MARKDOWN = 'text/markdown';
const JSON_TYPE = 'application/json';

export const resources = (): Resource[] =>
  flows.map(({ type, title }) => ({
    uri: `flow://${type}`,
    name: `flow-${type}`,
    title: `The ${title.toLowerCase()} flow`,
    description: 'Who does what in it, through which tool, and what refuses it.',
    mimeType: MARKDOWN,
  }));

export const resourceTemplates: ResourceTemplateType[] = [
  {
    uriTemplate: 'atp://{atpId}',
    name: 'atp',
    title: 'An ATP',
    description: 'As atp_get answers it.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: 'atp://{atpId}/timeline',
    name: 'atp-timeline',
    title: 'The timeline of an ATP',
    description: 'What happened, in order, to be read.',
    mimeType: MARKDOWN,
  },
];

/** How an ATP is read: its first page as `atp_get` answers it, or all of it. */
export type AtpReader = {
  page: (atpId: string) => Promise<string>;
  record: (atpId: string) => Promise<AtpRecord>;
};

export const readResource = async (uri: string, reader: AtpReader): Promise<ReadResourceResult> => {
  const flow = flows.find(({ type }) => uri === `flow://${type}`);
  if (flow) return { contents: [{ uri, mimeType: MARKDOWN, text: `${section(flow)}\n` }] };
  const [, atpId = '', timeline] = /^atp:\/\/([^/]+)(\/timeline)?$/.exec(uri) ?? [];
  if (!atpIdPattern.test(atpId)) throw new ResourceNotFoundError(uri.slice(0, 200));
  if (!timeline) return { contents: [{ uri, mimeType: JSON_TYPE, text: await reader.page(atpId) }] };
  return { contents: [{ uri, mimeType: MARKDOWN, text: timelinePage(await reader.record(atpId)) }] };
};
