import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from '../../infra/local/aws.ts';

const SOON_SECONDS = 2;
const RECEIVES = '1000';

/**
 * Has a queue bring what failed after 2 s, as often as need be, where the template says 168 s and five times: a run
 * would last for hours, and all the while deal with minutes of outage as if they were seconds.
 */
export const makeImpatient = async (endpoint: string, QueueUrl: string): Promise<void> => {
  const sqs = new SQSClient({ ...localAws, endpoint });
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const RedrivePolicy = JSON.stringify({ ...JSON.parse(Attributes.RedrivePolicy ?? '{}'), maxReceiveCount: RECEIVES });
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(SOON_SECONDS), RedrivePolicy } }),
  );
  sqs.destroy();
};
