import type { Given, Service } from './service.ts';

type Maker = (given: Given, service: Service) => Promise<string>;

/** An ATP made so, on which `@pm` then sends a directive. */
const directed =
  (make: Maker, toAgent = '@dev'): Maker =>
  async (given, service) => {
    const atpId = await make(given, service);
    await given.directive(atpId, toAgent);
    return atpId;
  };

/** An ATP made so, whose newest directive `dev-1` then takes. */
const taken =
  (make: Maker): Maker =>
  async (given, service) => {
    const atpId = await make(given, service);
    const messageId = await given.directive(atpId);
    await service.done('dev-1', 'message_ack', { messageId });
    return atpId;
  };

/** An ATP made so, and taken to a status by `@pm`. */
const moved =
  (make: Maker, status: string): Maker =>
  async (given, service) => {
    const atpId = await make(given, service);
    await service.done('pm-1', 'atp_change_status', { atpId, status });
    return atpId;
  };

const reported =
  (make: Maker): Maker =>
  async (given, service) => {
    const atpId = await make(given, service);
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
    await service.done('pm-1', 'artifact_create', { atpId, ...report });
    return atpId;
  };

const hotfixMakers = {
  started: (given) => given.started(),
  directed: async (given) => (await given.directed()).atpId,
  qaDirected: directed((given) => given.started(), '@qa'),
  sreDirected: directed((given) => given.started(), '@sre'),
  acknowledged: (given) => given.acknowledged(),
  completed: (given) => given.completed(),
  directedAgain: directed((given) => given.completed()),
  /** Owned, and another role was told to act as well. */
  alsoDirected: directed((given) => given.acknowledged(), '@qa'),
  verified: (given) => given.verified(),
  owing: (given) => given.owing(),
  owingNotice: async (given, service) => {
    const sourceAtpId = await given.owing();
    await service.done('pm-1', 'atp_create', { title: 'Review', type: 'review', sourceAtpId });
    return sourceAtpId;
  },
  owingReview: async (given, service) => {
    const atpId = await given.owing();
    const notice = {
      atpId,
      toAgent: '@operator',
      messageType: 'HITLNotification',
      subject: 'Closed',
      body: 'It holds.',
    };
    await service.done('pm-1', 'message_send', notice);
    return atpId;
  },
} satisfies Record<string, Maker>;

const reviewMakers = {
  queuedReview: (given) => given.review('Queued'),
  begunReview: (given) => given.review('InProgress'),
  answeredReview: (given) => given.review('Complete', true),
} satisfies Record<string, Maker>;

const startedEmergency: Maker = (given) => given.emergency('InProgress');
const completedEmergency: Maker = (given) => given.emergency('Complete');
const deployedEmergency: Maker = (given) => given.emergency('Deployed');
const emergencyMakers = {
  'emergency started': startedEmergency,
  'emergency directed': directed(startedEmergency),
  'emergency acknowledged': taken(startedEmergency),
  'emergency completed': completedEmergency,
  'emergency completed directed': directed(completedEmergency),
  'emergency deployed': deployedEmergency,
  'emergency deployed directed': directed(deployedEmergency),
  'emergency verified': reported(deployedEmergency),
  'emergency owing': moved(reported(deployedEmergency), 'Closed'),
} satisfies Record<string, Maker>;

const workMakers = <Type extends 'bugfix' | 'standard'>(type: Type, asked: object = {}) => {
  const queued: Maker = (given) => given.work(type, 'Queued');
  const begun = moved(queued, 'InProgress');
  const blocked: Maker = (given) => given.work(type, 'Blocked');
  const completed: Maker = (given) => given.work(type, 'Complete');
  const verified: Maker = async (given, service) => {
    const atpId = await given.work(type, 'Complete', { ...asked });
    await given.tested(atpId);
    const review = { artifactType: 'Other', title: 'Reviewed', content: 'Good.', verdict: 'approved' };
    if (type === 'standard') await service.done('pm-1', 'artifact_create', { atpId, ...review });
    return atpId;
  };
  const made = {
    queued,
    'queued directed': directed(queued),
    begun,
    directed: directed(begun),
    taken: taken(begun),
    blocked,
    'blocked directed': directed(blocked),
    completed,
    'completed directed': directed(completed),
    verified,
  };
  return Object.fromEntries(Object.entries(made).map(([name, make]) => [`${type} ${name}`, make])) as {
    [name in `${Type} ${keyof typeof made}`]: Maker;
  };
};

const deferred = moved((given) => given.work('standard', 'Queued'), 'Deferred');

/** How an ATP is brought into each state, by calls. */
export const makers = {
  ...hotfixMakers,
  ...reviewMakers,
  ...emergencyMakers,
  ...workMakers('bugfix'),
  /** Everything that closing can be made to ask for is asked for. */
  ...workMakers('standard', { qa: 'always', codeReview: true }),
  'standard deferred': deferred,
  'standard deferred directed': directed(deferred),
} satisfies Record<string, Maker>;

export type StateName = keyof typeof makers;
