/**
 * A CloudWatch alarm, in each of the envelopes it arrives in. The episode is the alarm: an action fires on a transition
 * only, and there is no acknowledgement. docs.aws.amazon.com/AmazonCloudWatch, "Alarm events and EventBridge" and
 * "Invoke a Lambda function from an alarm"; the message to SNS is known by its captures alone.
 */

import { type Alarm, alarmPage } from './cloudwatch-alarm.ts';
import { type Fields, fields, isFields, list, parsed, text, texts } from './fields.ts';
import type { Labels } from './labels.ts';
import { MalformedPage } from './malformed.ts';
import type { Ignored, Intake, Page } from './page.ts';

const STATE_CHANGE = 'CloudWatch Alarm State Change';

/** What a function is invoked with: by SNS, EventBridge, the alarm itself, or with the bare message of an alarm. */
export const cloudWatchIntake = (payload: unknown): Intake => {
  const { Records: records } = fields(payload);
  if (Array.isArray(records)) return records.flatMap(recordIntake);
  const intake = alarmIntake(payload);
  if (!intake) throw new MalformedPage('this is no alarm of CloudWatch');
  return [intake];
};

/** Of the `Message` of a notification of SNS, and its `MessageId`. A topic may carry anything: the rest is ignored. */
export const alarmMessageIntake = (message: string, messageId?: string): Intake => {
  const intake = alarmIntake(parsed(message), messageId);
  return [intake ?? { ignored: 'a message of SNS that is no alarm of CloudWatch' }];
};

const recordIntake = (record: unknown): Intake => {
  const { Message: message, MessageId: id } = fields(fields(record).Sns);
  if (typeof message !== 'string') throw new MalformedPage('a record holds no message of SNS');
  return alarmMessageIntake(message, text(id));
};

/** Undefined where it is none. An event of EventBridge may also come by a topic. */
const alarmIntake = (payload: unknown, messageId?: string): Page | Ignored | undefined => {
  const event = fields(payload);
  if (text(event.AlarmName) && text(event.NewStateValue)) return alarmPage(ofMessage(event), payload, messageId);
  const kind = text(event['detail-type']);
  if (isFields(event.alarmData)) return ofData(event, fields(event.alarmData), payload, messageId);
  if (kind === undefined || event.source !== 'aws.cloudwatch') return undefined;
  if (kind !== STATE_CHANGE) return { ignored: `an event of CloudWatch that is no ${STATE_CHANGE}` };
  return ofData(event, fields(event.detail), payload, text(event.id) ?? messageId);
};

/** `Region` is a name for people ("EU (Ireland)", "EU - Ireland"), so it is no part of anything. */
const ofMessage = (message: Fields): Alarm => {
  const trigger = fields(message.Trigger);
  const [metric] = [
    trigger,
    ...list(trigger.Metrics).map((each) => fields(fields(fields(each).MetricStat).Metric)),
  ].filter(({ MetricName: name }) => name !== undefined);
  return {
    arn: text(message.AlarmArn),
    account: text(message.AWSAccountId),
    name: text(message.AlarmName),
    description: text(message.AlarmDescription),
    state: message.NewStateValue,
    reason: text(message.NewStateReason),
    tags: pairs(message.AlarmTags),
    metric: { ...pairs(metric?.Dimensions), ...texts({ namespace: metric?.Namespace, metric: metric?.MetricName }) },
  };
};

/** EventBridge has it in `detail`, the direct invocation of a function in `alarmData`. */
const ofData = (event: Fields, data: Fields, payload: unknown, delivery?: string): Page | Ignored => {
  const state = fields(data.state);
  // What is muted opens nothing; that it is well again holds all the same.
  if (state.actionsSuppressedBy && state.value !== 'OK') return { ignored: 'the actions of the alarm are suppressed' };
  const configuration = fields(data.configuration);
  const [metric] = list(configuration.metrics)
    .map((each) => fields(fields(fields(each).metricStat).metric))
    .filter(({ name }) => name !== undefined);
  const alarm = {
    arn: text(event.alarmArn) ?? text(list(event.resources)[0]),
    account: text(event.accountId) ?? text(event.account),
    region: text(event.region),
    name: text(data.alarmName),
    description: text(configuration.description),
    state: state.value,
    reason: text(state.reason),
    tags: pairs(data.alarmTags ?? event.alarmTags ?? configuration.alarmTags),
    metric: { ...pairs(metric?.dimensions), ...texts({ namespace: metric?.namespace, metric: metric?.name }) },
  };
  return alarmPage(alarm, payload, delivery);
};

/** An object, or a list of `{Key, Value}` or `{name, value}`: which of them tags come as, no page of AWS shows for SNS. */
const pairs = (value: unknown): Labels =>
  texts(
    Array.isArray(value)
      ? Object.fromEntries(
          value.map(fields).map((pair) => [text(pair.Key ?? pair.key ?? pair.name) ?? '', pair.Value ?? pair.value]),
        )
      : value,
  );
