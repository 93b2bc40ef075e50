import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';

/** The function that serves the board; its files lie in its directory. */
export const boardEntry = 'board';

/** What the board's page loads, for browsers of the last two years: `board.js` and `board.css`, into `directory`. */
export const boardFiles = async (from: string, directory: string): Promise<OutputFile[]> => {
  const { outputFiles } = await build({
    absWorkingDir: from,
    entryPoints: { board: 'lib/board/main.tsx', 'board.css': 'lib/board/board.css' },
    outdir: join(directory, boardEntry),
    entryNames: '[name]',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles.map((file) => ({ ...file, path: file.path.replace('.css.css', '.css') }));
};
