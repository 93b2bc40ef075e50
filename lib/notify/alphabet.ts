/** The two alphabets of a notice that are not Unicode: ASCII in its subject, GSM-7 in its SMS. */

/**
 * The GSM 7-bit default alphabet without its line breaks, and the characters of its extension table, which take two
 * septets each (3GPP TS 23.038, 6.2.1 and 6.2.1.1).
 */
const GSM_BASIC =
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_EXTENSION = '^{}\\[~]|€';

const gsmSeptets: ReadonlyMap<string, number> = new Map([
  ...[...GSM_BASIC].map((character) => [character, 1] as const),
  ...[...GSM_EXTENSION].map((character) => [character, 2] as const),
]);

/** An alphabet as the room that each of its characters takes; undefined for what it lacks. */
export type Alphabet = (character: string) => number | undefined;

export const gsm7: Alphabet = (character) => gsmSeptets.get(character);
export const ascii: Alphabet = (character) => (character >= ' ' && character <= '~' ? 1 : undefined);

/** What has no decomposition in Unicode, but an equal that every reader knows: a character, then its equal. */
const EQUALS =
  "‘' ’' ‚' ‹' ›' ′' `' “\" ”\" „\" «\" »\" ″\" ‐- ‒- –- —- ―- −- •- ·- →-> ←<- ⇒=> ×x ÷/ ⁄/ ≤<= ≥>= ≠!= " +
  '✓ok ✔ok ✅ok €EUR £GBP ¥JPY ©(c) ®(R) ßss æae ÆAE œoe ŒOE øo ØO đd ĐD łl ŁL ıi þth ÞTh ðd ÐD';
const equals: ReadonlyMap<string, string> = new Map(
  EQUALS.split(' ').map(([character = '', ...equal]) => [character, equal.join('')]),
);

/** Stands for characters that cannot be spelt, one for each run of them. */
const UNSPEAKABLE = '?';

const spelt = (character: string, alphabet: Alphabet): string | undefined => {
  if (alphabet(character)) return character;
  const plain = (equals.get(character) ?? character).normalize('NFKD');
  const kept = [...plain].flatMap((part) => (alphabet(part) ? [part] : [...(equals.get(part) ?? '')])).join('');
  if (kept !== '') return kept;
  // An emoji says nothing that is not in the words beside it; an accent by itself says nothing at all.
  return /[\p{Extended_Pictographic}\p{M}\p{Emoji_Modifier}\p{Regional_Indicator}]/u.test(character) ? '' : undefined;
};

/** `text` in letters of the alphabet, as near as it can be spelt. */
export const inAlphabet = (text: string, alphabet: Alphabet): string => {
  const parts: string[] = [];
  for (const character of text.normalize('NFC')) {
    const part = spelt(character, alphabet);
    if (part !== undefined) parts.push(part);
    else if (parts.at(-1) !== UNSPEAKABLE) parts.push(UNSPEAKABLE);
  }
  return parts.join('').replace(/ +/g, ' ').trim();
};

export const room = (text: string, alphabet: Alphabet): number => {
  let taken = 0;
  for (const character of text) taken += alphabet(character) ?? 0;
  return taken;
};

const CUT = '...';

/** `text`, which is in the alphabet, in at most `limit` of its units; where it is cut it says so. */
export const fitting = (text: string, limit: number, alphabet: Alphabet): string => {
  if (room(text, alphabet) <= limit) return text;
  let kept = '';
  let left = limit - CUT.length;
  for (const character of text) {
    left -= alphabet(character) ?? 0;
    if (left < 0) break;
    kept += character;
  }
  return limit < CUT.length ? '' : kept.trimEnd() + CUT;
};
