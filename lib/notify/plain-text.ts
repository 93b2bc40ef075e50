/**
 * Text that agents wrote, made fit to stand in a notice. It may be hostile: what comes out of here cannot break a
 * line, hide or reorder characters, or be clicked. docs/adr/0031 says why it is done this way.
 */

const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
/** Controls, and what is drawn as nothing or turns the reading order: zero-width, bidi, fillers, tags, annotations. */
const INVISIBLE = /(?!\t)[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFB]/gu;
/** No script stacks more marks than this on one character; a pile of them is drawn over the lines around. */
const PILE_OF_MARKS = /(\p{M}{8})\p{M}+/gu;

/** The full-width twins of ASCII, which browsers read as ASCII in an address. */
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const FULL_WIDTH_OFFSET = 0xfee0;

const visible = (line: string): string =>
  line
    .toWellFormed()
    .replace(FULL_WIDTH, (twin) => String.fromCharCode(twin.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(INVISIBLE, '')
    .replace(PILE_OF_MARKS, '$1')
    .replace(/[\p{Zs}\u2800]/gu, ' ');

/** On one line, whatever it held. */
export const oneLine = (text: string): string =>
  text.split(LINE_BREAK).map(visible).join(' ').replace(/\s+/g, ' ').trim();

/** Line by line, each as it can be shown. */
export const plainLines = (text: string): string[] => text.split(LINE_BREAK).map(visible);

/** What makes mail programs and phones turn text into something to click or dial. */
const DIALLED = /\b(mailto|tel|sms|smsto|callto|facetime|skype|whatsapp|geo|javascript|data):(?=\S)/gi;
/**
 * A dot that could end a host's name: before at least two letters, and first in a text, which may come to stand behind
 * something. Browsers read the other dots as dots too.
 */
const DOT_OF_A_NAME = /(?<=[^\s.]|^)\.(?=\p{L}{2})|(?<=[a-z0-9-])[\u2024\u3002\uFF0E\uFF61](?=[a-z]{2})/giu;
const DOT_OF_AN_ADDRESS = /(?<=\d\.\d+\.\d+)\.(?=\d)/g;

/**
 * Links as text: `hxxps[://]evil[.]example/login`. Nothing is taken away, so that whoever wants to follow one can,
 * by a decision of their own.
 */
export const disarmed = (text: string): string =>
  text
    .replace(/http(?=s?:\/\/)/gi, 'hxxp')
    .replaceAll('://', '[://]')
    .replace(DIALLED, '$1[:]')
    .replace(DOT_OF_A_NAME, '[.]')
    .replace(DOT_OF_AN_ADDRESS, '[.]');

/** As a line of our own may quote it: `"like this"`, with no quotation mark inside that could end it. */
export const cited = (text: string): string => `"${disarmed(oneLine(text)).replaceAll('"', "'")}"`;

/** Every line behind a `> `, so that no line of the text can pass for one of ours. */
export const quoted = (text: string): string =>
  text
    .split(LINE_BREAK)
    .map((line) => `> ${disarmed(visible(line)).trimEnd()}`.trimEnd())
    .join('\n');

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** In UTF-8. The longest emoji sequences in use have 35; a longer "character" is a pile of marks. */
const LONGEST_CHARACTER = 128;

/** The longest beginning of `text` with at most `limit` UTF-8 bytes that ends between two characters. */
export const beginning = (text: string, limit: number): string => {
  if (Buffer.byteLength(text) <= limit) return text;
  let room = limit;
  for (const { segment, index } of characters.segment(text)) {
    const size = Buffer.byteLength(segment);
    if (size > room) return text.slice(0, index) + (size > LONGEST_CHARACTER ? codePoints(segment, room) : '');
    room -= size;
  }
  return text;
};

const codePoints = (text: string, limit: number): string => {
  let end = 0;
  let room = limit;
  for (const point of text) {
    room -= Buffer.byteLength(point);
    if (room < 0) break;
    end += point.length;
  }
  return text.slice(0, end);
};
