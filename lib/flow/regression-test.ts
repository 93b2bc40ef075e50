/** No name of a test is longer; the field of its own takes as much. */
const LONGEST = 500;

/** What stands in front of a heading or an entry of a list. */
const decoration = /^[\s#>*_\d.)-]+/;
const heading = /^regression tests?\b[\s*_]*:?[\s*_]*/i;

/**
 * The regression test that a report names: behind `Regression test:`, or in the first line under such a heading.
 * Without a pattern that could backtrack far: a report may be 4 MiB of anything.
 */
export const regressionTestIn = (content: string): string | undefined => {
  let below = false;
  for (const line of content.split(/\r\n|\r|\n/)) {
    const text = line.slice(0, LONGEST).replace(decoration, '');
    const named = heading.exec(text);
    const said = (named ? text.slice(named[0].length) : text).trim();
    if (named) below = true;
    else if (/^\s*#/.test(line)) below = false;
    if (below && /[\p{L}\p{N}]/u.test(said)) return said;
  }
  return undefined;
};
