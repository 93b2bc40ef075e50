/** Where the reader of an email can go: each email has one link that can be followed, and it is ours. */

import { signLink } from '../decision/link.ts';
import type { Message } from '../model.ts';

export type Places = {
  /** Where people look at an ATP, with no slash at its end. */
  publicUrl?: string | undefined;
  /** Where a question is decided, and the key that signs the links to there. */
  decisions?: { url: string; key: string } | undefined;
};

/** Ids of ATPs hold nothing that an address has to spell otherwise. */
export const placeOf = ({ atpId }: { atpId: string }, { publicUrl }: Places): string | undefined =>
  publicUrl && `${publicUrl}/#/atps/${atpId}`;

type Asked = Pick<Message, 'messageId' | 'options' | 'linkExpiresAt' | 'atpVersion' | 'decision'>;

/** Where a question is decided; undefined for any other message, for one that is decided, and where nothing can be signed. */
export const decisionPlaceOf = (
  { messageId, options, linkExpiresAt, atpVersion, decision }: Asked,
  { decisions }: Places,
): string | undefined => {
  if (decision || !options || !linkExpiresAt || !atpVersion || !decisions) return undefined;
  const link = signLink({ messageId, version: atpVersion, expiresAt: Date.parse(linkExpiresAt) }, decisions.key);
  return `${decisions.url}?link=${link}`;
};
