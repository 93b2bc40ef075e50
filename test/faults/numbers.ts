import { parseArgs } from 'node:util';

/** What a soak was asked for: whole numbers by the names that `defaults` has; undefined where its help was. */
export const numbersFrom = <Name extends string>(
  help: string,
  defaults: { [name in Name]: number },
): { [name in Name]: number } | undefined => {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(help);
    return undefined;
  }
  const given = names.map((name) => {
    const text = (values as { [name: string]: unknown })[name];
    if (text === undefined) return [name, defaults[name]];
    if (!/^\d{1,9}$/.test(String(text))) throw new Error(`--${name} takes a whole number, not ${text}`);
    return [name, Number(text)];
  });
  return Object.fromEntries(given);
};
