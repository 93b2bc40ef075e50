import type { Atp } from '../../lib/model.ts';

/** The attributes looked at in any way while `weigh` runs; listing them all counts as looking at each. */
export const lookedAt = (atp: Atp, weigh: (watched: Atp) => unknown): Set<string> => {
  const seen = new Set<string>();
  const all = () => {
    for (const name of Object.keys(atp)) seen.add(name);
    return Reflect.ownKeys(atp);
  };
  const see = (name: string | symbol) => seen.add(String(name));
  const watched = new Proxy(atp, {
    get: (target, name) => see(name) && Reflect.get(target, name),
    has: (target, name) => see(name) && Reflect.has(target, name),
    getOwnPropertyDescriptor: (target, name) => see(name) && Reflect.getOwnPropertyDescriptor(target, name),
    ownKeys: all,
  });
  weigh(watched);
  return seen;
};
