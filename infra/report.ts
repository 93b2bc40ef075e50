import { Construct } from 'constructs';
import { reportPath } from '../lib/model.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & { table: ControlPlaneTable; artifacts: ArtifactBucket };

/** Reads all of one incident, its files among them, and writes nothing. */
export class Report extends Construct {
  readonly report: ServiceFunction;

  constructor(scope: Construct, id: string, { table, artifacts, ...deployment }: Options) {
    super(scope, id);
    this.report = new ServiceFunction(this, 'report', {
      ...deployment,
      entry: 'report',
      description: `GET ${reportPath}`,
    });
    table.bindQuery(this.report);
    artifacts.bindRead(this.report);
    this.report.bindMetrics();
  }
}
