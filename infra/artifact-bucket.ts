import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import type { ServiceFunction } from './function.ts';

const KEPT_AFTER_DELETION = Duration.days(30);

/** Artifacts with `persist` `file` or `both`. */
export class ArtifactBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retained }: { retained: boolean }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // A report is evidence: what is deleted or overwritten comes back for a month. Where the data may be destroyed
      // with the stack, versions would only keep `aws s3 rm` from emptying the bucket.
      versioned: retained,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...(retained && { noncurrentVersionExpiration: KEPT_AFTER_DELETION, expiredObjectDeleteMarker: true }),
        },
      ],
      removalPolicy: retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only two tools, the report and the doors for pages can reach the bucket. Every call of theirs is in the access log of the API or in their own, with who made it in the timeline of the ATP.',
    });
  }

  bindRead(reader: ServiceFunction): void {
    this.#bind(reader, ['s3:GetObject']);
  }

  /** Puts an object, and takes it away again if the call is refused after all. */
  bindWrite(writer: ServiceFunction): void {
    this.#bind(writer, ['s3:PutObject', 's3:DeleteObject']);
  }

  /** Keeps the payloads of pages that are too long for a directive, and nothing else. */
  bindPages(pager: ServiceFunction): void {
    this.#bind(pager, ['s3:PutObject', 's3:DeleteObject'], 'pages/*');
  }

  #bind(bound: ServiceFunction, actions: string[], objects = '*'): void {
    bound.set(env.artifactBucket, this.bucket.bucketName);
    bound.allow(actions, [this.bucket.arnForObjects(objects)]);
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(bound).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${objects}]`,
      reason: 'The bucket holds artifacts only, each under a key that is made with the artifact.',
    });
  }
}
