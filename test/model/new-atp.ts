/** An ATP of the model on which nothing has happened yet. */

import type { AtpType, Incident, Priority, QaSetting, Stage, Status } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { reviewOf, usualPriority } from './flows.ts';
import type { Doer, ModelAtp } from './world.ts';

export type Fields = {
  atpId: string;
  status?: Status;
  type?: AtpType;
  title?: string;
  notes?: string;
  priority?: Priority;
  incident?: Incident;
  evidence?: string[];
  drill?: boolean;
  qa?: QaSetting;
  codeReview?: boolean;
  stage?: Stage;
};

export const newAtp = (id: string, type: AtpType, doer: Doer, priority = usualPriority(type)): ModelAtp => ({
  id,
  type,
  status: 'Queued',
  stage: 'backlog',
  priority,
  createdBy: doer.name,
  waitsOn: [],
  dependents: [],
  directives: {},
  messages: [],
  artifacts: [],
  timeline: [],
  deadlines: {},
  clock: 0,
  ownerSeenAt: 0,
  reworkedAt: 0,
});

/** What is given of it. */
export const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

export type Queued = Pick<Partial<Fields>, 'title' | 'notes' | 'qa' | 'codeReview'> & { source?: ModelAtp | undefined };

/** In the queue, with what a review has to answer. */
export const queued = (atp: ModelAtp, doer: Doer, { source, ...fields }: Queued): ModelAtp => {
  const items = reviewOf[source?.type === 'emergency' ? 'emergency' : 'hotfix'];
  const checklist = Object.fromEntries(items.map((item) => [item, { state: 'open' as const }]));
  return new Edit(atp, doer)
    .set(given({ ...fields, sourceId: source?.id, drill: source?.drill }) as Partial<ModelAtp>)
    .set({ ...(atp.type === 'review' && { checklist }) })
    .tell('create', { to: 'Queued' })
    .done();
};
