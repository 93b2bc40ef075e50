/** `npm run bench`: every benchmark, one after the other, so that none is in the way of another. Status 0 only if all ended so. */

import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };

const benches = Object.keys(packageJson.scripts).filter((name) => name.startsWith('bench:'));
const failed = benches.filter((name) => {
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(
    `\n## ${name}\n\nNode ${process.versions.node}, ${availableParallelism()} cores, load ${load.join(' ')}\n`,
  );
  return spawnSync('npm', ['run', '--silent', name], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
