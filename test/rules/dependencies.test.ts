import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');

type Locked = {
  version: string;
  license?: string;
  resolved?: string;
  integrity?: string;
  inBundle?: boolean;
  dependencies?: Record<string, string>;
};
type Lock = { packages: Record<string, Locked> };

/** The one of the repository, and those of suites that are installed by themselves. */
const locks = ['', 'test/browser/', 'test/ddblocal/', 'test/mcp/', 'test/senders/'].map((place) => {
  const path = `${place}package-lock.json`;
  return { path, lock: JSON.parse(readFileSync(join(root, path), 'utf8')) as Lock };
});
const [own] = locks;
const packages = locks.flatMap(({ path, lock }) =>
  Object.entries(lock.packages)
    .filter(([at]) => at !== '')
    .map(([at, locked]) => ({ name: `${at} in ${path}`, ...locked })),
);

/** What may be deployed or served: all that these ask for is that their text goes along. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];
/** What may help to build and test: nothing of it is handed on. */
const helping = [...permissive, 'BlueOak-1.0.0', 'MPL-2.0', 'PSF-2.0'];

/** Of `A OR B` one has to be allowed, of `A AND B` both (SPDX, annex D). */
const isAllowed = (license: string, allowed: readonly string[]): boolean => {
  const bare = license.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => isAllowed(one, allowed));
  return bare.split(' AND ').every((one) => allowed.includes(one));
};

/** Where npm finds a package that `from` needs: beside it, or on the way up. */
const found = (from: string, name: string): string | undefined => {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const at = `${place ? `${place}/` : ''}node_modules/${name}`;
    if (own?.lock.packages[at]) return at;
    if (place === '') return undefined;
  }
};

/** All that `names` bring with them. */
const closure = (names: readonly string[]): Set<string> => {
  const all = new Set<string>();
  const visit = (at: string | undefined): void => {
    if (!at || all.has(at)) return;
    all.add(at);
    for (const name of Object.keys(own?.lock.packages[at]?.dependencies ?? {})) visit(found(at, name));
  };
  for (const name of names) visit(found('', name));
  return all;
};

const runtime = Object.keys(packageJson.dependencies);
/** In the page that a browser gets, so handed on like the former, though nothing deployed imports them. */
const served = ['preact', 'uplot'];
/** Names in the first column of the table under a heading. */
const named = (heading: string): string[] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
};

describe('licences', () => {
  it('given every package of every lock file, then its licence is one that the list allows', () => {
    expect(packages.length).toBeGreaterThan(300);
    expect(packages.filter(({ license = 'none' }) => !isAllowed(license, helping)).map(({ name }) => name)).toEqual([]);
  });

  it('given what is deployed or served, with all that it brings, then it is permissive', () => {
    const handedOn = [...closure([...runtime, ...served])];
    expect(handedOn.length).toBeGreaterThan(runtime.length);
    const licenses = handedOn.map((at) => `${at} ${own?.lock.packages[at]?.license}`);
    expect(licenses.filter((each) => !isAllowed(each.split(' ').slice(1).join(' '), permissive))).toEqual([]);
  });

  it('given the page on dependencies, then it lists the licences that there are', () => {
    expect(named('Licences').sort()).toEqual([...new Set(packages.map(({ license = 'none' }) => license))].sort());
  });

  it.each([
    ['MIT OR GPL-3.0-or-later', true],
    ['(MIT OR Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['AGPL-3.0-or-later', false],
    ['none', false],
  ])('%s is allowed: %s', (license, allowed) => expect(isAllowed(license, permissive)).toBe(allowed));
});

describe('dependencies', () => {
  it('given package.json, then the page names each of its dependencies and no other, and so with what a browser gets', () => {
    expect(named('At run time').sort()).toEqual([...runtime].sort());
    expect(named('In the browser').sort()).toEqual(served);
  });

  it('given package.json, then each is pinned to one version', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageJson;
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('given every lock file, then each package comes from the registry of npm, and is known by its hash', () => {
    // Lock files leave the address out where it is that of the registry.
    const strange = packages.filter(
      ({ resolved = 'https://registry.npmjs.org/', integrity = '', inBundle }) =>
        !inBundle && !(resolved.startsWith('https://registry.npmjs.org/') && integrity.startsWith('sha512-')),
    );
    expect(strange.map(({ name }) => name)).toEqual([]);
  });
});
