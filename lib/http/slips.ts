import type * as z from 'zod/mini';

/**
 * Slips of language models whose meaning is beyond doubt: the spelling of names and of values from a list, a number or
 * a boolean as a text, one text for a list. Ids and free text are never touched, and no field is lost: what cannot be
 * mended stays for the schema to refuse. Called only for what the schema refused as it stands.
 */
export const mended = (schema: z.core.$ZodType, given: unknown): unknown => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return isRecord(given) && Object.keys(given).length <= FIELDS_LIMIT ? mendedFields(def.shape, given) : given;
    case 'array':
      if (typeof given === 'string' && isText(def.element) && !given.trimStart().startsWith('[')) return [given];
      return Array.isArray(given) ? given.map((each) => mended(def.element, each)) : given;
    case 'enum':
      return typeof given === 'string' ? meant(given, Object.values(def.entries).map(String)) : given;
    case 'boolean':
      return typeof given === 'string' && /^(true|false)$/i.test(given) ? given.length === 4 : given;
    case 'number':
      return typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
    case 'union':
      return mendedByOne(def.options, given);
    case 'pipe':
      return mended(def.in, given);
    case 'optional':
    case 'nullable':
    case 'default':
      return mended(def.innerType, given);
    default:
      return given;
  }
};

/** No caller means so many fields; looking for their meaning would cost more than refusing them. */
const FIELDS_LIMIT = 200;

const isRecord = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

const isText = (schema: z.core.$ZodType): boolean => schema._zod.def.type === 'string';

/** A name or a value without its case and separators; undefined where it has more than these to it. */
export const bare = (spelt: string): string | undefined =>
  /^@?[a-z\d_ -]{1,60}$/i.test(spelt) ? spelt.toLowerCase().replace(/[@_ -]/g, '') : undefined;

const mendedFields = (shape: z.core.$ZodShape, given: Record<string, unknown>): Record<string, unknown> => {
  const names = new Map(Object.keys(shape).map((name) => [bare(name), name]));
  const nameOf = (key: string): string => (Object.hasOwn(shape, key) ? key : (names.get(bare(key)) ?? key));
  const uses = new Map<string, number>();
  for (const key of Object.keys(given)) uses.set(nameOf(key), (uses.get(nameOf(key)) ?? 0) + 1);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      // What is spelt in two ways keeps both: which of them counts is not for us to say.
      const name = uses.get(nameOf(key)) === 1 ? nameOf(key) : key;
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [name, schema ? mended(schema, value) : value];
    }),
  );
};

/** The value of a list that is meant: by its letters, else as the only one of several words that begins or ends so. */
const meant = (given: string, values: readonly string[]): string => {
  const letters = bare(given);
  if (!letters || values.includes(given)) return given;
  const same = values.filter((value) => bare(value) === letters);
  const alike = same.length > 0 ? same : values.filter((value) => isPart(given, letters, value));
  return alike.length === 1 && alike[0] ? alike[0] : given;
};

/** Of a value that denies, no part has its meaning: `applicable` is not `not-applicable`. */
const isPart = (given: string, letters: string, value: string): boolean =>
  value.includes('-') &&
  !/^no[nt]-/.test(value) &&
  letters.length > 1 &&
  (bare(value)?.startsWith(letters) || value.toLowerCase().endsWith(`-${given.toLowerCase().replace(/[_ ]/g, '-')}`));

const mendedByOne = (options: readonly z.core.$ZodType[], given: unknown): unknown => {
  for (const option of options) {
    const tried = mended(option, given);
    if ((option as z.ZodMiniType).safeParse(tried).success) return tried;
  }
  return given;
};
