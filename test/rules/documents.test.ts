import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');

it.each(['docs/threat-model.md', 'docs/dependencies.md', 'SECURITY.md'])(
  'given %s, then the files, commands and pages that it names are there',
  (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const files = [...text.matchAll(/`((?:lib|functions|infra|test)\/[\w./-]+)`/g)].map(([, file = '']) =>
      join(root, file),
    );
    const pages = [...text.matchAll(/\]\(([\w./-]+\.md)/g)].map(([, link = '']) => join(root, dirname(page), link));
    expect([...files, ...pages].filter((path) => !existsSync(path))).toEqual([]);
    const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(commands.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  },
);
