/** No name of a test is longer; the field of its own takes as much. */
const LONGEST = 500;

const named = /\bregression tests?\b[\s*_`]*:/i;
/** The words by themselves, whatever decorates or numbers them. */
const heading = /^[\s#>*_\d.)-]*regression tests?[\s*_]*$/i;
const decoration = /^[\s>*_-]+/;
const says = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/**
 * The regression test that a report names: behind `Regression test:`, or in the first line below such a heading. Line by
 * line, and without a pattern that could backtrack far: a report may be 4 MiB of anything.
 */
export const regressionTestIn = (content: string): string | undefined => {
  let below = false;
  for (const line of content.split(/\r\n|\r|\n/)) {
    const found = named.exec(line);
    const start = found ? found.index + found[0].length : 0;
    const text = line
      .slice(start, start + LONGEST)
      .replace(decoration, '')
      .trim();
    const isHeading = heading.test(line.slice(0, LONGEST));
    if ((found || (below && !isHeading && !/^\s*#/.test(line))) && says(text)) return text;
    if (found || isHeading) below = true;
    else if (/^\s*#/.test(line)) below = false;
  }
  return undefined;
};
