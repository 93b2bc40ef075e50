/** Readers of foreign JSON: each takes any value whatever and throws for none. */

/** Parsed JSON that is an object; nothing is known of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = Object.freeze({});

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without fields, where it is no object. */
export const fields = (value: unknown): Fields => (isFields(value) ? value : NONE);

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Undefined where it is no text, or blank. A lone surrogate would not survive storage: it is replaced here. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.toWellFormed() : undefined;

/** As text, what some senders write as a number or a boolean. */
export const plain = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value);

/** The fields that are `plain`. `__proto__` is dropped: whoever copies it key by key would set a prototype. */
export const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields(value)).flatMap(([name, field]) => {
      const said = plain(field);
      return said === undefined || name === '__proto__' ? [] : [[name.toWellFormed(), said]];
    }),
  );

/** Without the fields that are undefined. */
export const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;

/** Undefined where the text is not JSON. */
export const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
