/** Which form of a report is asked for: docs/adr/0112. */

export const formats = ['json', 'markdown'] as const;
export type Format = (typeof formats)[number];

/** In the order of preference, where the caller has none. */
export const mediaTypes: Readonly<Record<Format, string>> = { json: 'application/json', markdown: 'text/markdown' };

type Range = { type: string; quality: number };

const rangesOf = (accept: string): Range[] =>
  accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const [, quality = '1'] = parameters.map((each) => /^q=([01](?:\.\d{0,3})?)$/.exec(each)).find(Boolean) ?? [];
    return type ? [{ type, quality: Number(quality) }] : [];
  });

/** How closely a range names a type: 3 by its name, 1 by any at all, 0 not. */
const closeness = (range: string, type: string): number =>
  range === type ? 3 : range === `${type.split('/')[0]}/*` ? 2 : range === '*/*' ? 1 : 0;

/** By quality, then by how closely it is named (RFC 9110, 12.5.1); undefined where nothing is accepted that there is. */
export const acceptedFormat = (accept = ''): Format | undefined => {
  const ranges = rangesOf(accept);
  if (ranges.length === 0) return 'json';
  const weighed = formats.map((format) => {
    const fitting = ranges
      .map(({ type, quality }) => ({ quality, close: closeness(type, mediaTypes[format]) }))
      .filter(({ close }) => close > 0)
      .sort((one, other) => other.close - one.close);
    return { format, quality: 0, close: 0, ...fitting[0] };
  });
  return weighed
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality || other.close - one.close)[0]?.format;
};
