/** By the weak comparison (RFC 9110, 13.1.2): `W/` makes no difference. A header that is no list of entity tags names none. */
export const isKnown = (tag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.trim() === '*' || [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, known]) => known === tag);
