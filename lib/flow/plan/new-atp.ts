import type { Atp } from '../../model.ts';
import { type Call, iso } from '../call.ts';
import type { Write } from '../write.ts';

type NewAtp = { [K in keyof Atp]?: Atp[K] | undefined } & Pick<Atp, 'atpId' | 'type' | 'status' | 'stage' | 'priority'>;

export const newAtp = (attributes: NewAtp, call: Call, at: number): Atp => ({
  ...(Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as typeof attributes &
    Atp),
  createdAt: iso(at),
  createdBy: call.principal,
  updatedAt: iso(at),
  directives: {},
  openDependencies: attributes.openDependencies ?? {},
  dependents: {},
});

export const creation = (atp: Atp): Write => ({
  label: `creation of ${atp.atpId}`,
  create: { kind: 'atp', value: atp },
});
