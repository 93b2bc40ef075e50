/** Addresses of the board: behind `#`, so that one page serves them all. */

export type Route =
  | { view: 'incidents' }
  | { view: 'incident'; atpId: string }
  | { view: 'reviews' }
  | { view: 'times' };

export const routeOf = (hash: string): Route => {
  const path = hash.replace(/^#/, '');
  if (path === '/reviews') return { view: 'reviews' };
  if (path === '/times') return { view: 'times' };
  const atpId = decoded(/^\/atps\/([^/]+)$/.exec(path)?.[1]);
  return atpId === undefined ? { view: 'incidents' } : { view: 'incident', atpId };
};

const decoded = (part: string | undefined): string | undefined => {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

export const incidentHash = (atpId: string): string => `#/atps/${encodeURIComponent(atpId)}`;
