/** Every tool with its documentation and its handler: for the doors that serve or describe them all. */

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Documentation } from '../lib/catalogue/documentation.ts';
import type { ToolName } from '../lib/model.ts';
import * as artifact_create from './tools/artifact_create.ts';
import * as artifact_get from './tools/artifact_get.ts';
import * as atp_change_status from './tools/atp_change_status.ts';
import * as atp_close from './tools/atp_close.ts';
import * as atp_create from './tools/atp_create.ts';
import * as atp_get from './tools/atp_get.ts';
import * as atp_list from './tools/atp_list.ts';
import * as atp_set from './tools/atp_set.ts';
import * as checklist_update from './tools/checklist_update.ts';
import * as flow_get from './tools/flow_get.ts';
import * as handoff from './tools/handoff.ts';
import * as message_ack from './tools/message_ack.ts';
import * as message_list from './tools/message_list.ts';
import * as message_send from './tools/message_send.ts';

export type ToolModule = {
  tool: { name: ToolName; input: z.ZodMiniType };
  documentation: Documentation;
  handler: (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
};

export const tools: Readonly<Record<ToolName, ToolModule>> = {
  atp_set,
  atp_create,
  atp_change_status,
  atp_close,
  handoff,
  message_send,
  message_ack,
  artifact_create,
  checklist_update,
  atp_get,
  atp_list,
  message_list,
  artifact_get,
  flow_get,
};
