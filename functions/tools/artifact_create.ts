import * as z from 'zod/mini';
import { artifactAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { planArtifact } from '../../lib/flow/plan/artifact.ts';
import { artifactTypes, persistModes, verdicts } from '../../lib/model.ts';
import { across, atpId, CONTENT_LIMIT, gates, isText, line, role, sizedText, title } from '../../lib/schema.ts';
import { placeFile } from '../../lib/store/files.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

/** A Lambda answers with 6 MB at most, its body escaped twice; this much is left for content. */
const ANSWER_LIMIT = 5_900_000;
const escapedTwice = (text: string): number => Buffer.byteLength(JSON.stringify(JSON.stringify(text)));

export const tool = writingTool({
  name: 'artifact_create',
  input: z
    .strictObject({
      atpId: atpId(),
      agent: z.optional(role()),
      artifactType: z.enum(artifactTypes),
      title: title(),
      content: sizedText(CONTENT_LIMIT.file, 'content'),
      persist: z._default(z.enum(persistModes), 'db'),
      gates: z.optional(gates()),
      verdict: z.optional(z.enum(verdicts)),
      regressionTest: z.optional(line(500)),
    })
    .check(
      across(({ artifactType, regressionTest }) =>
        regressionTest !== undefined && artifactType !== 'QATestReport'
          ? [{ path: 'regressionTest', message: 'goes with a QATestReport' }]
          : [],
      ),
      across(({ content, persist }) => {
        const limit = CONTENT_LIMIT[persistModes.find((mode) => mode === persist) ?? 'db'];
        if (!isText(content)) return [];
        const fault = (message: string) => [{ path: 'content', message, tooLarge: true }];
        if (Buffer.byteLength(content) > limit) return fault(`content is larger than its limit of ${limit} bytes`);
        if (escapedTwice(content) <= ANSWER_LIMIT) return [];
        return fault('content has so many characters to be escaped that artifact_get could not answer it; split it');
      }),
    ),
  reads: ({ atpId }) => [keys.atp(atpId)],
  plan: planArtifact,
  upload: async ({ content }, { answer: { artifact } }) =>
    artifact?.fileKey ? placeFile(artifact.fileKey, content) : undefined,
});

export const documentation: Documentation = {
  title: 'Write an artifact',
  description:
    'Keeps a report or another document with an ATP. A PMVerificationReport, by @pm while the ATP is Complete, attests the quality gates (all three unless gates says otherwise) and is needed to close. A QATestReport, by @qa on a bugfix or standard ATP that is Complete, gives a verdict: pass (names the regression test), minor-fix (back to its owner) or escalate (to @pm). A code review is of type Other with the verdict approved or changes-requested.',
  tellsPeople: true,
  output: artifactAnswer,
};

export const handler = serveWriting(tool);
