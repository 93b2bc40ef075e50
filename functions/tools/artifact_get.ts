import * as z from 'zod/mini';
import { artifactGetAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { artifactParts } from '../../lib/ids.ts';
import { readingTool, serveReading } from '../../lib/reading-tool.ts';
import { Refusal } from '../../lib/refusal.ts';
import { isText, opaqueId } from '../../lib/schema.ts';
import { readFile } from '../../lib/store/files.ts';
import { artifactOf } from '../../lib/store/items.ts';
import { type Key, keys } from '../../lib/store/keys.ts';
import { artifactView } from '../../lib/view.ts';

const keysOf = (artifactId: string): { artifact: Key; content: Key } | undefined => {
  const parts = artifactParts(artifactId);
  return parts && { artifact: keys.artifact(parts), content: keys.content(artifactId) };
};

export const tool = readingTool({
  name: 'artifact_get',
  input: z.strictObject({ artifactId: opaqueId() }),
  reads: ({ artifactId }) => Object.values(keysOf(artifactId) ?? {}),
  answer: async ({ artifactId }, { items }) => {
    const wanted = keysOf(artifactId);
    const artifact = wanted && artifactOf(items.get(wanted.artifact));
    if (!artifact) {
      throw new Refusal('NOT_FOUND', `There is no artifact ${artifactId}. atp_get lists the artifacts of an ATP.`);
    }
    const { persist, fileKey } = artifact;
    const content = persist === 'file' && fileKey ? await readFile(fileKey) : items.get(wanted.content)?.content;
    return { artifact: artifactView({ ...artifact, ...(isText(content) && { content }) }) };
  },
});

export const documentation: Documentation = {
  title: 'Read an artifact',
  description: 'Answers an artifact with its content, wherever it is kept.',
  readOnly: true,
  output: artifactGetAnswer,
};

export const handler = serveReading(tool);
