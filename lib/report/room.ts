/** A text as much as there is room for it; `bytes` are those of the whole. */
export type Held = { readonly bytes: number; readonly text: string };

/**
 * Lambda answers with 6 MB at most (6,291,556 bytes), as JSON in which the body is a string: what JSON escapes in the
 * report is escaped once more.
 */
const ROOM = 5_800_000;
/** Less than this of a text tells nobody anything. */
const LEAST = 256;
/** What is said of a text that is cut: in two places as Markdown, each with the call that brings it. */
const TOLD = 900;
type Kept = { bytes: number; text: string; weight: number };

/**
 * Room of an answer. When there is none left, the longest texts are cut to half, and so on, until all have a place: the
 * short ones stay whole. It holds no more than the room and what is admitted next, whatever comes.
 */
export class Room {
  readonly #size: number;
  readonly #kept: Kept[] = [];
  #used = 0;
  /** What would be used with every text at its least. */
  #floor = 0;
  #longest = Number.POSITIVE_INFINITY;

  constructor(size = ROOM) {
    this.#size = size;
  }

  /**
   * A record without its texts, and these; undefined where there is no room even for their beginnings. `laidOut` are the
   * bytes that it may take as Markdown beyond what it takes as JSON.
   */
  admit(record: unknown, laidOut: number, ...texts: string[]): Held[] | undefined {
    const cuttable = texts.filter((text) => Buffer.byteLength(text) > LEAST);
    const shell = weightOf(record) + laidOut + TOLD * cuttable.length;
    const floor = texts.reduce((sum, text) => sum + weightOf(cut(text, LEAST)), shell);
    if (this.#floor + floor > this.#size) return undefined;
    this.#floor += floor;
    this.#used += shell;
    const added = texts.map((whole): Kept => {
      const bytes = Buffer.byteLength(whole);
      const text = cut(whole, this.#longest);
      return { bytes, text, weight: weightOf(text) };
    });
    for (const each of added) this.#used += each.weight;
    this.#kept.push(...added);
    while (this.#used > this.#size) this.#tighten();
    return added;
  }

  #tighten(): void {
    const longest = this.#kept.reduce((most, { text }) => Math.max(most, Buffer.byteLength(text)), 0);
    this.#longest = Math.max(LEAST, Math.floor(Math.min(this.#longest, longest) / 2));
    for (const each of this.#kept) {
      const text = cut(each.text, this.#longest);
      if (text.length === each.text.length) continue;
      this.#used -= each.weight;
      Object.assign(each, { text, weight: weightOf(text) });
      this.#used += each.weight;
    }
  }
}

const weightOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));

/** The longest beginning with at most so many bytes, cut between characters. */
const cut = (text: string, bytes: number): string => {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  // What is left of a character that was cut waits for more, and is dropped with the decoder.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
};
