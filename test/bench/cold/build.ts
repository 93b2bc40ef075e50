import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const OUT = 'dist/bench';
const here = (file: string): string => join(import.meta.dirname, file);

export const baselines = ['write', 'read', 'query', 'usual'] as const;
export type Baseline = (typeof baselines)[number];

export const probe: string = join(OUT, 'probe.mjs');
export const baselineBundle = (baseline: Baseline): string => join(OUT, `${baseline}.mjs`);
export const kilobytes = (file: string): number => statSync(file).size / 1024;

/** The probe and the baselines, the way such functions are bundled as a rule: minified ESM, no plugins. */
export const buildBaselines = async (): Promise<void> => {
  await build({
    entryPoints: [here('probe.ts'), ...baselines.map((name) => here(`baseline/${name}.ts`))],
    outdir: OUT,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's ESM build: smaller and faster than what `main` names, so that the bar is not set too low.
    mainFields: ['module', 'main'],
  });
};
