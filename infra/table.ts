import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import { indexes } from '../lib/store/keys.ts';
import type { ServiceFunction } from './function.ts';

type Index = keyof typeof indexes;

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/**
 * The single table. Binding a function to it gives the permission and the variable in one call, so that neither is
 * there without the other. Permissions name requests, never a wildcard, and an index only where it is queried.
 */
export class ControlPlaneTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { retained }: { retained: boolean }) {
    super(scope, id);
    const { thread, ...global } = indexes;
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      localSecondaryIndexes: [
        { indexName: thread.name, sortKey: text(thread.range), projectionType: ProjectionType.KEYS_ONLY },
      ],
      globalSecondaryIndexes: Object.values(global).map(({ name, hash, range }) => ({
        indexName: name,
        partitionKey: text(hash),
        sortKey: text(range),
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      billing: Billing.onDemand(),
      // With a key of AWS's own, which costs nothing; another would be one more thing that can deny the table.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: retained,
      removalPolicy: retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Reads by key, as every call does for its token. */
  bindRead(reader: ServiceFunction): void {
    this.#bind(reader, ['dynamodb:BatchGetItem']);
  }

  /** Reads by key, commits one transaction of puts, updates and condition checks, and reads one item as settled. */
  bindWrite(writer: ServiceFunction): void {
    this.bindClosure(writer);
    this.#bind(writer, ['dynamodb:ConditionCheckItem']);
  }

  /** As any writer, but for the check that the turn goes on: a closure ends it. */
  bindClosure(closer: ServiceFunction): void {
    this.bindTransitions(closer);
    this.#bind(closer, ['dynamodb:GetItem']);
  }

  /** Reads by key, and commits transactions of puts and updates: no token, no idempotency record, no end of a turn. */
  bindTransitions(writer: ServiceFunction): void {
    this.bindRead(writer);
    this.#bind(writer, ['dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  /** Reads by key, and changes single items: marks what was handed over. */
  bindMark(marker: ServiceFunction): void {
    this.bindRead(marker);
    this.#bind(marker, ['dynamodb:UpdateItem']);
  }

  /** Lists the endpoints of webhooks, reads what they are told of, and revokes one that says it is gone. */
  bindWebhooks(teller: ServiceFunction): void {
    this.bindQuery(teller);
    this.#bind(teller, ['dynamodb:UpdateItem']);
  }

  /** Reads by key, and queries these indexes; without any, partitions of the table itself. */
  bindQuery(reader: ServiceFunction, ...queried: Index[]): void {
    this.bindRead(reader);
    const arns = queried.map((index) => `${this.table.tableArn}/index/${indexes[index].name}`);
    this.#bind(reader, ['dynamodb:Query'], arns.length > 0 ? arns : undefined);
  }

  #bind(bound: ServiceFunction, actions: string[], resources = [this.table.tableArn]): void {
    bound.set(env.table, this.table.tableName);
    bound.allow(actions, resources);
  }
}
