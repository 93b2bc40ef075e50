import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** One import or re-export. `to` is a path of the repository for our own files, else as written; undefined where it is computed. */
export type Import = { from: string; to: string | undefined; typeOnly: boolean };

/** Paths as `git ls-files` shows them. */
export const sources = (root: string): string[] =>
  globSync(['*.ts', '{functions,infra,lib,test}/**/*.{ts,tsx,mts,mjs}'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).sort();

/** All imports of a file, those of types among them, which a bundler's graph does not know. */
export const importsOf = (root: string, from: string): Import[] => {
  const { program, errors } = parseSync(from, readFileSync(join(root, from), 'utf8'));
  if (errors.length > 0) throw new Error(`${from} does not parse`);
  const found: Import[] = [];
  const take = (source: unknown, typeOnly = false): void => {
    const { value } = source as { value?: unknown };
    found.push({ from, to: typeof value === 'string' ? located(from, value) : undefined, typeOnly });
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => take(source, importKind === 'type'),
    ExportNamedDeclaration: ({ source, exportKind }) => source && take(source, exportKind === 'type'),
    ExportAllDeclaration: ({ source, exportKind }) => take(source, exportKind === 'type'),
    ImportExpression: ({ source }) => take(source),
    TSImportType: ({ source }) => take(source, true),
  }).visit(program);
  return found;
};

const located = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? join(dirname(from), specifier) : specifier;

/** A cycle, from a file back to itself; undefined where there is none. */
export const cycleIn = (imports: readonly Import[]): string[] | undefined => {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const free = new Set<string>();
  const search = (file: string, path: readonly string[]): string[] | undefined => {
    if (free.has(file)) return undefined;
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    for (const { to } of targets.get(file) ?? []) {
      const cycle = to && search(to, [...path, file]);
      if (cycle) return cycle;
    }
    free.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = search(file, []);
    if (cycle) return cycle;
  }
  return undefined;
};
