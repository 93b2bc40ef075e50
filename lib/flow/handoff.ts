/** The three sections every handoff has, and how they are found in a caller's own Markdown. */
export const sections = ['Completed Work', 'Pending Work', 'Evidence'] as const;

type Section = (typeof sections)[number];
type Heading = { level: number; section: Section | undefined };

/** A heading made without `#` is below every level that has one. */
const BARE_LEVEL = 7;

/**
 * `### Title`, `**Title**` or `Title:`. Without a pattern that could backtrack: a body is weighed before its sender is
 * known, and one line may be all of its 64 KiB.
 */
const headingOf = (line: string): Heading | undefined => {
  const text = line.trim();
  const level = [...text.slice(0, BARE_LEVEL)].findIndex((character) => character !== '#');
  const marked = level > 0 && (text[level] === ' ' || text[level] === '\t');
  const section = marked ? sectionNamed(text.slice(level), true) : sectionNamed(text, false);
  if (marked) return { level, section };
  return section && { level: BARE_LEVEL, section };
};

const LONGEST = 40;
/** Behind `#` a title may be numbered or carry a sign: `### 1. Evidence`, `### ✅ Completed Work (2)`. */
const sectionNamed = (text: string, decorated: boolean): Section | undefined => {
  const title = text.trim();
  if (title.length > LONGEST) return undefined;
  const plain = title.replaceAll(/[*_:#]/g, '').trim();
  const words = decorated ? plain.replace(/^[^A-Za-z]+/, '').replace(/[^A-Za-z]+$/, '') : plain;
  return sections.find((name) => name.toLowerCase() === words.toLowerCase());
};

/** What is wrong with a handoff's body; empty where all three headings stand and the first and the last hold something. */
export const handoffFaults = (body: string): string[] => {
  const filled = new Map<Section, boolean>();
  let current: Heading = { level: BARE_LEVEL, section: undefined };
  for (const line of body.split(/\r\n|\r|\n/)) {
    const heading = headingOf(line);
    if (heading?.section) {
      current = heading;
      filled.set(heading.section, filled.get(heading.section) ?? false);
    } else if (heading && heading.level <= current.level) {
      current = { level: BARE_LEVEL, section: undefined };
    } else if (current.section && line.trim() !== '') {
      filled.set(current.section, true);
    }
  }
  return sections.flatMap((section) => {
    if (!filled.has(section)) return [`the heading "${section}" is missing`];
    if (section !== 'Pending Work' && !filled.get(section)) return [`nothing stands under the heading "${section}"`];
    return [];
  });
};

const bullet = (entry: string): string => `- ${entry.trim().replace(/\r\n|\r|\n/g, '\n  ')}`;

type Lists = { completed: readonly string[]; pending: readonly string[]; evidence: readonly string[] };

/** Lays lists out under the three headings, after what the caller wrote. Text that has the headings needs no empty ones. */
export const handoffBody = ({ completed, pending, evidence }: Lists, opening = ''): string => {
  const whole = handoffFaults(opening).length === 0;
  const block = (section: Section, entries: readonly string[]): string[] => {
    if (entries.length > 0) return [`### ${section}\n${entries.map(bullet).join('\n')}`];
    return whole ? [] : [`### ${section}\n- none`];
  };
  const blocks = [
    ...block('Completed Work', completed),
    ...block('Pending Work', pending),
    ...block('Evidence', evidence),
  ];
  if (blocks.length === 0) return opening;
  return [...(opening.trim() ? [opening.trim()] : []), ...blocks].join('\n\n');
};
