import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import { readRoutes, type Timeouts, type ToolName, toolNames } from '../lib/model.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & {
  table: ControlPlaneTable;
  artifacts: ArtifactBucket;
  timeouts: Timeouts;
  webhooks: boolean;
};

const overGet = (name: ToolName): string[] =>
  readRoutes.filter(({ tool }) => tool === name).map(({ path }) => `GET ${path}`);

/** One function per tool, each with what its own requests need. */
export class Tools extends Construct {
  readonly functions: Readonly<Record<ToolName, ServiceFunction>>;
  /** Gives a function what every tool needs, for it to run them all. */
  readonly bindAll: (function_: ServiceFunction) => void;

  constructor(scope: Construct, id: string, { table, artifacts, timeouts, webhooks, ...deployment }: Options) {
    super(scope, id);
    const told = (tool: ServiceFunction): void => {
      tool.set(env.timeouts, JSON.stringify(timeouts));
      tool.set(env.webhooks, String(webhooks));
    };
    const writes = (tool: ServiceFunction): void => {
      table.bindWrite(tool);
      told(tool);
    };
    const bindings: Record<ToolName, (tool: ServiceFunction) => void> = {
      atp_set: writes,
      atp_create: writes,
      atp_change_status: writes,
      atp_close: (tool) => {
        table.bindClosure(tool);
        told(tool);
      },
      handoff: writes,
      message_send: writes,
      message_ack: writes,
      checklist_update: writes,
      artifact_create: (tool) => {
        writes(tool);
        artifacts.bindWrite(tool);
      },
      atp_get: (tool) => table.bindQuery(tool),
      atp_list: (tool) => table.bindQuery(tool, 'created', 'status'),
      message_list: (tool) => table.bindQuery(tool, 'inbox', 'thread'),
      artifact_get: (tool) => {
        table.bindRead(tool);
        artifacts.bindRead(tool);
      },
      flow_get: (tool) => table.bindRead(tool),
    };
    this.bindAll = (function_) => {
      function_.bindMetrics();
      for (const name of toolNames) bindings[name](function_);
    };
    this.functions = Object.fromEntries(
      toolNames.map((name) => {
        const tool = new ServiceFunction(this, name, {
          ...deployment,
          entry: name,
          description: [`POST /tools/${name}`, ...overGet(name)].join(', '),
        });
        bindings[name](tool);
        tool.bindMetrics();
        return [name, tool];
      }),
    ) as Record<ToolName, ServiceFunction>;
  }
}
