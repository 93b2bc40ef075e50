import type { Artifact } from '../model.ts';
import type { Table } from '../store/client.ts';
import { readFile } from '../store/files.ts';
import type { Item } from '../store/items.ts';
import { keys } from '../store/keys.ts';
import { readItems } from '../store/read.ts';

/** Characters of artifacts that are read for one report: more than it can hold, and within the time of a call. */
const READ_LIMIT = 24_000_000;
/** A file takes a request of its own, whatever its length: no more than 96 of them. */
const FILE_LEAST = 250_000;
/** Of the table at once: 6.4 MB at most. */
const TOGETHER = 25;

/** What an artifact says, as far as it could be read. */
export type Content = { artifact: Artifact; content?: string | undefined };

/** The contents of artifacts in their order, a few at a time. What is too much to read, or not to be had, is without. */
export async function* readContents(table: Table, artifacts: readonly Artifact[]): AsyncGenerator<Content> {
  let read = 0;
  for (let start = 0; start < artifacts.length; start += TOGETHER) {
    const some = artifacts.slice(start, start + TOGETHER);
    const kept = some.filter(({ persist }) => persist !== 'file').map(({ artifactId }) => keys.content(artifactId));
    const items = await readItems(table, read < READ_LIMIT ? kept : []);
    for (const artifact of some) {
      const isFile = artifact.persist === 'file';
      const content = isFile ? await fileOf(artifact, read) : textOf(items.get(keys.content(artifact.artifactId)));
      read += Math.max(content?.length ?? 0, isFile ? FILE_LEAST : 0);
      yield { artifact, content };
    }
  }
}

const textOf = (item: Item | undefined): string | undefined =>
  typeof item?.content === 'string' ? item.content : undefined;

/** One file that is gone from the bucket keeps nobody from the rest. */
const fileOf = async ({ fileKey }: Artifact, read: number): Promise<string | undefined> =>
  fileKey === undefined || read >= READ_LIMIT ? undefined : readFile(fileKey).catch(() => undefined);
