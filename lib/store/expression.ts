import { type Attributes, pathOf } from '../flow/write.ts';

type Expressions = {
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
};

/** Placeholders for names and values: nearly every attribute here is a reserved word of DynamoDB's, and ids hold dots. */
class Placeholders {
  readonly names = new Map<string, string>();
  readonly values = new Map<string, unknown>();

  name(path: string): string {
    return pathOf(path)
      .map((part) => {
        const known = this.names.get(part) ?? `#${this.names.size}`;
        this.names.set(part, known);
        return known;
      })
      .join('.');
  }

  value(value: unknown): string {
    const placeholder = `:${this.values.size}`;
    this.values.set(placeholder, value);
    return placeholder;
  }

  toJSON(): Expressions {
    return {
      ...(this.names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])),
      }),
      ...(this.values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(this.values) }),
    };
  }
}

type Update = { set: Attributes; remove: readonly string[] };
type Change = Update & { expect: Attributes; atMost?: { [path: string]: string } };

const updateOf = ({ set, remove }: Update, placeholders: Placeholders): string => {
  const assignments = Object.entries(set).map(([path, to]) => `${placeholders.name(path)} = ${placeholders.value(to)}`);
  const removals = remove.map((path) => placeholders.name(path));
  return [
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
    ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
  ].join(' ');
};

/** An update of an item that is made where it is not there yet. */
export const updateExpressions = (update: Update): Expressions => {
  const placeholders = new Placeholders();
  return { UpdateExpression: updateOf(update, placeholders), ...placeholders.toJSON() };
};

/** An update of an item that must exist and must still hold what is expected of it. */
export const changeExpressions = ({ expect, atMost = {}, ...update }: Change): Expressions => {
  const placeholders = new Placeholders();
  const { name, value } = { name: placeholders.name.bind(placeholders), value: placeholders.value.bind(placeholders) };
  const UpdateExpression = updateOf(update, placeholders);
  const conditions = Object.entries(expect).map(([path, was]) =>
    was === undefined ? `attribute_not_exists(${name(path)})` : `${name(path)} = ${value(was)}`,
  );
  const bounds = Object.entries(atMost).map(([path, most]) => `${name(path)} <= ${value(most)}`);
  return {
    UpdateExpression,
    ConditionExpression: [`attribute_exists(${name('pk')})`, ...conditions, ...bounds].join(' AND '),
    ...placeholders.toJSON(),
  };
};

/** The item must not exist. */
export const absent: Expressions = { ConditionExpression: 'attribute_not_exists(pk)' };

/**
 * The item must not exist, or must have expired by `now` (seconds since the epoch): expired items stay in the table
 * up to two days.
 */
export const absentOrExpired = (now: number): Expressions => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':now': now },
});
