import * as z from 'zod/mini';
import { atpIdPattern } from './ids.ts';
import { checklistStates, incidentCategories, roles } from './model.ts';

/**
 * Fields of the tools' inputs with the limits of contract section 6. Lengths count code points, sizes UTF-8 bytes.
 * An issue with `params.tooLarge` answers PAYLOAD_TOO_LARGE, every other INVALID_INPUT; `params.jsonSchema` is what of a
 * check JSON Schema can say (lib/catalogue/json-schema.ts). Each is made where it is asked for:
 * a bundle then holds, and a cold start then makes, only those of its tool.
 */

const codePoints = (text: string): number => {
  let surrogatePairs = 0;
  for (const _ of text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)) surrogatePairs++;
  return text.length - surrogatePairs;
};

type Rule = { holds: (text: string) => boolean; message: string; params?: { tooLarge?: string; jsonSchema?: object } };

/** One check for all rules of a text, each broken one an issue: zod makes a whole schema of every `refine`. */
const keeping = (...rules: Rule[]) =>
  z.check<string>(
    ({ value, issues }) => {
      for (const { holds, message, params } of rules) {
        if (!holds(value))
          issues.push({ code: 'custom', message, input: value, continue: true, ...(params && { params }) });
      }
    },
    { params: Object.assign({}, ...rules.map(({ params }) => params)) },
  );

const notLongerThan = (limit: number): Rule => ({
  holds: (text) => text.length <= limit || codePoints(text) <= limit,
  message: `longer than ${limit} characters`,
  params: { jsonSchema: { minLength: 1, maxLength: limit } },
});
const wellFormed: Rule = { holds: (text) => text.isWellFormed(), message: 'holds a lone surrogate' };
const notBlank: Rule = { holds: (text) => text.trim() !== '', message: 'must not be blank' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controlCharacter = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all control characters but tab, line feed, carriage return
const controlCharacterInText = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;
const onOneLine: Rule = {
  holds: (text) => !controlCharacter.test(text),
  message: 'holds a line break or another control character',
};
const printable: Rule = {
  holds: (text) => !controlCharacterInText.test(text),
  message: 'holds a control character other than tab, line feed and carriage return',
};

/** A field of one line, never blank. */
export const line = (limit: number) => z.string().check(keeping(notBlank, notLongerThan(limit), onOneLine, wellFormed));
/** Text of several lines, never blank. */
export const text = (limit: number) => z.string().check(keeping(notBlank, notLongerThan(limit), printable, wellFormed));
/** Text limited by its size in bytes. */
export const sizedText = (limit: number, name: string) => {
  const notLarger: Rule = {
    holds: (given) => given.length * 3 <= limit || Buffer.byteLength(given) <= limit,
    message: `larger than ${limit} bytes`,
    params: {
      tooLarge: `${name} is larger than its limit of ${limit} bytes`,
      jsonSchema: { minLength: 1, maxLength: limit },
    },
  };
  return z.string().check(keeping(notLarger, notBlank, printable, wellFormed));
};

const KIB = 1024;
export const BODY_LIMIT = 64 * KIB;
/** Three full lists of the widest characters, laid out as one body: what the limits of lists allow is never too large. */
export const LAID_OUT_LIMIT = 320 * KIB;
export const CONTENT_LIMIT = { db: 256 * KIB, both: 256 * KIB, file: 4096 * KIB } as const;

export const atpId = () => z.string().check(z.regex(atpIdPattern, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}'));
export const opaqueId = () => line(200);
export const title = () => line(200);
export const notes = () => text(4_000);
export const body = () => sizedText(BODY_LIMIT, 'body');
export const list = () => z.array(text(500)).check(z.maxLength(50, 'more than 50 entries'));

/** In any letter case, as every value of a list: lib/http/slips.ts. */
export const role = () => z.enum(roles);

const booleans = <const Names extends readonly string[]>(names: Names) =>
  z.strictObject(
    Object.fromEntries(names.map((name) => [name, z.boolean()])) as Record<Names[number], z.ZodMiniBoolean>,
  );
const gateSets = [
  ['fixesIssue', 'noObviousBreakage', 'revertible'],
  ['bleedingStopped', 'rollbackPossible', 'blastRadiusVerified'],
] as const;
export const gates = () =>
  z.union([booleans(gateSets[0]), booleans(gateSets[1])], {
    error: `all three of ${gateSets.map((names) => names.join(', ')).join(' (emergency: ')}) are needed, as booleans, and nothing else`,
  });

export const incident = () =>
  z.strictObject({
    environment: z.optional(line(200)),
    category: z.optional(z.enum(incidentCategories)),
    summary: z.optional(text(4_000)),
    reporter: z.optional(line(200)),
    url: z.optional(line(2_048)),
  });

export const checklistState = () => z.enum(checklistStates);
export const limit = () => z._default(z.int().check(z.minimum(1), z.maximum(100)), 25);
export const cursor = () => line(2_048);

/** Seconds that a read waits for something new: with what is read afterwards it ends before the function does. */
export const waitSeconds = () => z.int().check(z.minimum(0), z.maximum(20));
/** A time as answers give it. */
export const time = () =>
  z.string().check(
    keeping({
      holds: isTime,
      message: 'must be a time as answers give it, such as 2026-11-23T21:43:09.373Z',
      params: { jsonSchema: { format: 'date-time' } },
    }),
  );
const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString() === text;

type Fault = { path: string; message: string; tooLarge?: boolean };

/**
 * Faults that lie between fields. Weighed even where single fields are at fault, so that a caller hears of all at
 * once: `given` may hold anything.
 */
export const across = <Input>(faults: (given: Record<string, unknown>) => readonly Fault[]) =>
  z.check<Input>(
    ({ value, issues }) => {
      if (typeof value !== 'object' || value === null) return;
      for (const { path, message, tooLarge } of faults(value as Record<string, unknown>)) {
        issues.push({
          code: 'custom',
          message,
          path: [path],
          input: value,
          ...(tooLarge && { params: { tooLarge: message } }),
        });
      }
    },
    { when: () => true },
  );

export const isText = (given: unknown): given is string => typeof given === 'string';
export const isList = (given: unknown): given is string[] => Array.isArray(given) && given.every(isText);
