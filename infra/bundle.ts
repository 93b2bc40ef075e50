/**
 * Bundles every function: `dist/functions/<entry>/index.mjs`, and beside it only what that function loads later.
 * `dist/meta/<entry>.json` is esbuild's account of what the bundle holds.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { entries as allEntries, type Entry } from './entries.ts';
import { boardEntry, boardFiles } from './esbuild/board-files.ts';
import { withEagerFunctions } from './esbuild/eager-functions.ts';
import { handlerOnly } from './esbuild/handler-only.ts';
import { lazyBuiltins } from './esbuild/lazy-builtins.ts';
import { importPath, ownFile, ownFiles } from './esbuild/own-file.ts';
import { plainEndpoints } from './esbuild/plain-endpoints.ts';
import { slimClients } from './esbuild/slim-clients.ts';
import { slimMcp } from './esbuild/slim-mcp.ts';
import { slimSdk } from './esbuild/slim-sdk.ts';

const repository = join(import.meta.dirname, '..');

type Options = {
  entries?: readonly Entry[];
  /** What the sources of the entries are relative to. */
  from?: string;
  /** Gets the directories `functions` and `meta`. */
  into?: string;
};

const settings = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The SDK's CommonJS cannot be tree-shaken, its ES modules can.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  legalComments: 'none',
  // The SDK asks of every answer whether it is one of these, which loads Node's web streams. None of ours is.
  define: { ReadableStream: 'undefined', Blob: 'undefined' },
  logLevel: 'warning',
  plugins: [handlerOnly, lazyBuiltins, slimSdk, slimClients, slimMcp, ownFile, plainEndpoints],
} as const satisfies BuildOptions;

/** Answers the directory that holds a directory for every entry. */
export const bundle = async ({
  entries = allEntries,
  from = repository,
  into = join(repository, 'dist'),
}: Options = {}): Promise<string> => {
  const functions = join(into, 'functions');
  const paths = { ...settings, absWorkingDir: from, outdir: functions };
  const first = await build({
    ...paths,
    entryPoints: entries.map(({ name, source }) => ({ in: source, out: `${name}/index` })),
  });
  const later = await build({ ...paths, entryPoints: loadedLater(first.metafile) });
  // What is loaded later may load yet another file of the same function.
  const last = await build({ ...paths, entryPoints: loadedLater(later.metafile) });
  const shown = entries.some(({ name }) => name === boardEntry) ? await boardFiles(from, functions) : [];

  const started = first.outputFiles.map(({ path, text }) => ({
    path,
    contents: Buffer.from(withEagerFunctions(text)),
  }));
  const files = [...started, ...later.outputFiles, ...last.outputFiles, ...shown];
  for (const { path, contents } of files) await put(path, contents, into);
  await keepOnly(functions, new Set(files.map(({ path }) => path)));

  const inputs = { ...first.metafile.inputs, ...later.metafile.inputs, ...last.metafile.inputs };
  const outputs = { ...first.metafile.outputs, ...later.metafile.outputs, ...last.metafile.outputs };
  for (const { name } of entries) {
    const account = JSON.stringify(accountOf(name, { inputs, outputs }));
    await put(join(into, 'meta', `${name}.json`), Buffer.from(account), into);
  }
  return functions;
};

/** What the first build left to a file of its own, once for every function that loads it. */
const loadedLater = ({ outputs }: Metafile): { in: string; out: string }[] =>
  Object.entries(outputs).flatMap(([output, { imports }]) =>
    Object.entries(ownFiles)
      .filter(([, file]) => imports.some(({ path }) => path === importPath(file)))
      .map(([name, file]) => ({ in: name, out: `${basename(dirname(output))}/${file}` })),
  );

const accountOf = (entry: string, { inputs, outputs }: Metafile): Metafile => {
  const own = Object.entries(outputs).filter(([output]) => basename(dirname(output)) === entry);
  const held = new Set(own.flatMap(([, output]) => Object.keys(output.inputs)));
  return {
    inputs: Object.fromEntries(Object.entries(inputs).filter(([input]) => held.has(input))),
    outputs: Object.fromEntries(own),
  };
};

/** Whole or not at all, and untouched when nothing changed: a stack that runs from here may be reading it. */
const put = async (path: string, contents: Uint8Array, into: string): Promise<void> => {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = join(into, `.draft-${process.pid}`);
  await writeFile(draft, contents);
  await rename(draft, path);
};

/** A file left from an earlier build would be deployed with the function. */
const keepOnly = async (directory: string, files: ReadonlySet<string>): Promise<void> => {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(path)) await rm(path, { force: true });
  }
};

if (import.meta.main) await bundle();
