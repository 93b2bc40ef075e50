type Open = { keys?: Set<string>; at: string | number };

/** Deeper than this a path tells nobody more. */
const PATH_LIMIT = 10;

/**
 * Paths of keys that stand twice in one object of `text`, which is valid JSON: JSON.parse would keep the last in
 * silence. `limit` ends the search.
 */
export const duplicateKeys = (text: string, limit = 1): string[] => {
  const open: Open[] = [];
  const found: string[] = [];
  for (const [token, isKey] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/g)) {
    const innermost = open.at(-1);
    if (token === '{') open.push({ keys: new Set(), at: '' });
    else if (token === '[') open.push({ at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && typeof innermost?.at === 'number') innermost.at++;
    else if (isKey && innermost?.keys) {
      innermost.at = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      if (innermost.keys.has(innermost.at)) found.push(pathTo(open));
      if (found.length === limit) return found;
      innermost.keys.add(innermost.at);
    }
  }
  return found;
};

const pathTo = (open: readonly Open[]): string =>
  open
    .slice(-PATH_LIMIT)
    .map(({ at }) => at)
    .join('.');
