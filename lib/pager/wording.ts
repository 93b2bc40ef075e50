/** Text of a source, made fit for the fields of a page that people read first. */

/** Of a title, in code points. */
const TITLE_LIMIT = 200;
/** Of a summary, in code points. The payload holds all of it. */
const SUMMARY_LIMIT = 4_000;

/** As far as a line is looked for, in UTF-16 units: a sender may fill half a megabyte with what cannot be seen. */
const SEARCH_LIMIT = 10_000;

const BREAK = /[\p{Cc}\u2028\u2029]+/gu;
/** Turns the reading order, or is drawn as nothing. */
const DECEIVING = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;

/** At most `limit` code points, the last of them an ellipsis where something was cut. */
export const beginning = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const points = Array.from(text.slice(0, 2 * limit + 2));
  return points.length <= limit ? points.join('') : `${points.slice(0, limit - 1).join('')}…`;
};

/** On one line, well-formed, without controls and bidi; undefined where nothing is left to read. */
export const line = (text: string | undefined, limit = TITLE_LIMIT): string | undefined => {
  const clean = (text ?? '')
    .slice(0, SEARCH_LIMIT)
    .toWellFormed()
    .replace(BREAK, ' ')
    .replace(DECEIVING, '')
    .replace(/\s+/g, ' ')
    .trim();
  return clean === '' ? undefined : beginning(clean, limit);
};

/** The first that can be read, else `otherwise`, which has to be our own. */
export const titleOf = (candidates: readonly (string | undefined)[], otherwise: string): string => {
  for (const candidate of candidates) {
    const title = line(candidate);
    if (title) return title;
  }
  return otherwise;
};

/** What is said, each once, a line each. */
export const summaryOf = (said: readonly (string | undefined)[]): string | undefined => {
  const once = [...new Set(said.map((each) => each?.trim()).filter(Boolean))];
  return once.length === 0 ? undefined : beginning(once.join('\n').toWellFormed(), SUMMARY_LIMIT);
};
