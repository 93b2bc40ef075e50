/**
 * Ids of messages and artifacts carry their ATP's id, so that one read by key fetches both; callers see opaque
 * strings. They end in a ULID, which begins with the time.
 */

const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const ATP_ID = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
/** Pattern of an id that a caller may choose (contract section 1). */
export const atpIdPattern = new RegExp(`^${ATP_ID}$`);
const messageIdPattern = new RegExp(`^msg_(${ATP_ID})_(${ULID})$`);
const artifactIdPattern = new RegExp(`^art_(${ATP_ID})_(${ULID})$`);

export type IdParts = { atpId: string; ulid: string };

const parts = (pattern: RegExp, id: string): IdParts | undefined => {
  const [, atpId, ulid] = pattern.exec(id) ?? [];
  return atpId && ulid ? { atpId, ulid } : undefined;
};

export const messageIdOf = ({ atpId, ulid }: IdParts): string => `msg_${atpId}_${ulid}`;
export const artifactIdOf = ({ atpId, ulid }: IdParts): string => `art_${atpId}_${ulid}`;
/** Undefined for an id that this service cannot have given. */
export const messageParts = (id: string): IdParts | undefined => parts(messageIdPattern, id);
export const artifactParts = (id: string): IdParts | undefined => parts(artifactIdPattern, id);
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What the ULIDs of that time (milliseconds since the epoch) begin with; all later ones sort behind it. */
export const ulidTime = (at: number): string => {
  let digits = '';
  for (let left = Math.max(at, 0); digits.length < 10; left = Math.floor(left / 32))
    digits = CROCKFORD[left % 32] + digits;
  return digits;
};
/** The ULID of an id of this service. */
export const ulidOf = (id: string): string => id.slice(-26);
