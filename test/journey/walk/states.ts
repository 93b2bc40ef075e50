import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../../lib/store/keys.ts';
import { type Body, type Given, newId, type Service } from '../../support/service.ts';

const failedGates = { fixesIssue: true, noObviousBreakage: false, revertible: true };
const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'Looked at the graphs.' };

/** Steps to every state the walk begins in; each answers the ATP's id. In `unknown` there is no ATP of that id. */
export const steps = {
  unknown: async () => newId(),
  'a hotfix without a directive': (_, given) => given.started(),
  'a directed hotfix': async (_, given) => (await given.directed()).atpId,
  'an acknowledged hotfix': (_, given) => given.acknowledged(),
  'a hotfix directed anew': async (_, given) => {
    const atpId = await given.acknowledged();
    await given.directive(atpId);
    return atpId;
  },
  'a hotfix whose first directive was superseded': async (_, given) => {
    const { atpId } = await given.directed();
    await given.directive(atpId);
    return atpId;
  },
  'a hotfix in rework': async (service, given) => {
    const atpId = await given.verified();
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress', notes: 'Still fails.' });
    return atpId;
  },
  'a complete hotfix without a handoff': async (service, given) => {
    const atpId = await given.acknowledged();
    await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    return atpId;
  },
  'a complete hotfix with a report and no handoff': async (service, given) => {
    const atpId = await given.acknowledged();
    await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    await service.done('pm-1', 'artifact_create', { atpId, ...report });
    return atpId;
  },
  'a handed-off hotfix': (_, given) => given.completed(),
  'a handed-off hotfix, directed anew': async (_, given) => {
    const atpId = await given.completed();
    await given.directive(atpId);
    return atpId;
  },
  'a verified hotfix': (_, given) => given.verified(),
  'a hotfix whose report fails a gate': async (service, given) => {
    const atpId = await given.completed();
    await service.done('pm-1', 'artifact_create', { atpId, ...report, gates: failedGates });
    return atpId;
  },
  'a verified hotfix whose alert still fires': async (service, given) => {
    const atpId = await given.verified();
    await fire(service, atpId);
    return atpId;
  },
  'a closed hotfix that owes': (_, given) => given.owing(),
  'a closed hotfix, settled': async (_, given) => (await given.closed()).atpId,
  'a rejected hotfix': (_, given) => given.rejected(),
  'a queued review': (_, given) => given.review('Queued'),
  'a review in progress': (_, given) => given.review('InProgress'),
  'a review in progress, answered': (_, given) => given.review('InProgress', true),
  'a complete review with open items': (_, given) => given.review('Complete'),
  'a complete review, answered': (_, given) => given.review('Complete', true),
  'a complete review that waits for another ATP': async (service, given) => {
    const awaited = await given.started();
    const atpId = newId();
    await service.done('pm-1', 'atp_create', { atpId, type: 'review', title: 'Review', dependencies: [awaited] });
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    await given.answers(atpId);
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Complete' });
    return atpId;
  },
  'a closed review': (_, given) => given.review('Closed'),
} satisfies Record<string, (service: Service, given: Given) => Promise<string>>;

export type StateName = keyof typeof steps;
export const stateNames = Object.keys(steps) as StateName[];

/** What pager intake does while the source fires; there is no tool for it. */
const fire = async ({ table }: Service, atpId: string): Promise<void> => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.atp(atpId),
      UpdateExpression: 'SET alertFiring = :true',
      ExpressionAttributeValues: { ':true': true },
    }),
  );
};

/** An ATP in a state, with the ids that calls on it name. What is not there has an id that nothing has. */
export type State = {
  name: StateName;
  atpId: string;
  newest: string;
  superseded: string;
  notice: string;
  artifactId: string;
  /** The ATPs whose items a call might touch. */
  atpIds: string[];
};

const NOTHING = '01JD0000000000000000000000';

export const reach = async (service: Service, given: Given, name: StateName): Promise<State> => {
  const atpId = await steps[name](service, given);
  const found = name === 'unknown' ? undefined : await service.done('pm-1', 'atp_get', { atpId });
  const messages: Body[] = found?.messages ?? [];
  const ids = (wanted: (message: Body) => boolean): string[] =>
    messages.filter(wanted).map(({ messageId }) => messageId as string);
  const none = `msg_${atpId}_${NOTHING}`;
  const directives = ids(({ messageType, toAgent }) => messageType === 'Directive' && toAgent === '@dev');
  const related: (string | undefined)[] = [found?.atp.followUpAtpId, found?.atp.sourceAtpId];
  return {
    name,
    atpId,
    newest: directives.at(-1) ?? none,
    superseded: directives.at(-2) ?? none,
    notice: ids(({ messageType }) => messageType === 'HITLNotification')[0] ?? none,
    artifactId: found?.artifacts[0]?.artifactId ?? `art_${atpId}_${NOTHING}`,
    atpIds: [atpId, ...related, ...(found?.atp.dependencies ?? [])].filter((id) => id !== undefined),
  };
};
