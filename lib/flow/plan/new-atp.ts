import type { Atp } from '../../model.ts';
import { type Call, iso } from '../call.ts';

type NewAtp = { [K in keyof Atp]?: Atp[K] | undefined } & Pick<Atp, 'atpId' | 'type' | 'status' | 'stage' | 'priority'>;

/** An ATP that is to be made, on which nothing has happened yet. */
export const newAtp = (attributes: NewAtp, call: Call, at: number): Atp => ({
  ...(Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as typeof attributes &
    Atp),
  createdAt: iso(at),
  createdBy: call.principal,
  updatedAt: iso(at),
  directives: {},
  openDependencies: attributes.openDependencies ?? {},
  dependents: {},
  deadlines: {},
});
