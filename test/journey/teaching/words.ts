import type { Body } from '../../support/service.ts';
import type { Shown } from './catalogue.ts';

/** Something for a field that asks for it, by its schema; of a list the value that is told of first. */
export const written = (field: string, schema: Shown | undefined, told = ''): unknown => {
  const { type, items, enum: values, anyOf } = schema ?? {};
  if (values) {
    const named = values.filter((value) => told.includes(value));
    return named.toSorted((one, other) => told.indexOf(one) - told.indexOf(other))[0] ?? values[0];
  }
  if (type === 'array') return [written(field, items)];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return 1;
  if (anyOf?.[0]?.properties) return filled(anyOf[0]);
  return `What there is to say as ${field}, in a sentence.`;
};

/** Every field that has to be there. */
export const filled = ({ properties = {}, required = [] }: Shown): Body =>
  Object.fromEntries(required.map((field) => [field, written(field, properties[field])]));

/** The same call as a language model may well write it: other cases and separators, one text for a list. */
export const slipped = (input: Body, { properties = {} }: Shown): Body =>
  Object.fromEntries(
    Object.entries(input).map(([field, value]) => [snake(field), slippedValue(value, properties[field])]),
  );

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const slippedValue = (value: unknown, schema: Shown | undefined): unknown => {
  if (schema?.enum && typeof value === 'string') return snake(value.replace('@', '')).replace(/^_/, '').toUpperCase();
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
};
