/** The three sections every handoff has, and how they are found in a caller's own Markdown. */
export const sections = ['Completed Work', 'Pending Work', 'Evidence'] as const;

type Section = (typeof sections)[number];

/** `### Title`, `**Title**`, `Title:`; the level is 7 where there is no `#`, so that any real heading ends it. */
const headingOf = (line: string): { level: number; title: string } | undefined => {
  const [, hashes, title] = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/.exec(line) ?? [];
  if (hashes && title !== undefined) return { level: hashes.length, title: plain(title) };
  const bare = plain(line);
  return sections.some((section) => section.toLowerCase() === bare.toLowerCase())
    ? { level: 7, title: bare }
    : undefined;
};
const plain = (text: string): string => text.replace(/[*_:]+/g, '').trim();

/** What is wrong with a handoff's body; empty where all three headings stand and the first and the last hold something. */
export const handoffFaults = (body: string): string[] => {
  const found = new Map<Section, boolean>();
  let current: { section: Section | undefined; level: number } = { section: undefined, level: 7 };
  for (const line of body.split(/\r\n|\r|\n/)) {
    const heading = headingOf(line);
    const section = heading && sections.find((name) => name.toLowerCase() === heading.title.toLowerCase());
    if (heading && section) {
      current = { section, level: heading.level };
      found.set(section, found.get(section) ?? false);
    } else if (heading && heading.level <= current.level) {
      current = { section: undefined, level: 7 };
    } else if (current.section && line.trim() !== '') {
      found.set(current.section, true);
    }
  }
  return sections.flatMap((section) => {
    if (!found.has(section)) return [`the heading "${section}" is missing`];
    if (section !== 'Pending Work' && !found.get(section)) return [`nothing stands under the heading "${section}"`];
    return [];
  });
};

const bullet = (entry: string): string => `- ${entry.trim().replace(/\r\n|\r|\n/g, '\n  ')}`;

/** Lays lists out under the three headings, after what the caller wrote. */
export const handoffBody = (
  lists: { completed: readonly string[]; pending: readonly string[]; evidence: readonly string[] },
  opening?: string,
): string => {
  const block = (section: Section, entries: readonly string[]) =>
    `### ${section}\n${entries.length > 0 ? entries.map(bullet).join('\n') : '- none'}`;
  return [
    ...(opening?.trim() ? [opening.trim()] : []),
    block('Completed Work', lists.completed),
    block('Pending Work', lists.pending),
    block('Evidence', lists.evidence),
  ].join('\n\n');
};
