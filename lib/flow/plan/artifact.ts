import { artifactIdOf } from '../../ids.ts';
import type { Artifact, ArtifactType, Atp, Gates, PersistMode, Verdict } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { type Call, iso } from '../call.ts';
import { Draft } from '../draft.ts';
import type { Transition } from '../flow.ts';
import { flowOf } from '../flows.ts';
import { knownAtp, refuseClosed } from '../permit.ts';
import { regressionTestIn } from '../regression-test.ts';
import type { Plan, Snapshot } from '../write.ts';
import { draftTransition, moved, refuseForeignGates } from './transition.ts';

export type ArtifactInput = {
  atpId: string;
  artifactType: ArtifactType;
  title: string;
  content: string;
  persist: PersistMode;
  gates?: Gates | undefined;
  verdict?: Verdict | undefined;
  regressionTest?: string | undefined;
};

/** Key of an artifact's file in the bucket; the same however often the call is planned. */
export const fileKeyOf = (atpId: string, { nonce }: Call): string => `artifacts/${atpId}/${nonce}`;

/** `artifact_create`. A verification report or a verdict is a step of the flow, and attests what closing asks for. */
export const planArtifact = (input: ArtifactInput, snapshot: Snapshot, call: Call): Plan => {
  const atp = knownAtp(snapshot, input.atpId);
  const step = stepOf(atp, input);
  if (step) refuseForeignGates(atp, input);
  refuseClosed(atp, call.principal);
  const regressionTest =
    input.regressionTest ?? (step?.verdict === 'pass' ? regressionTestIn(input.content) : undefined);
  const { draft, row } = step
    ? draftTransition(atp, { tool: 'artifact_create', artifact: step }, { gates: input.gates, regressionTest }, call)
    : { draft: Draft.of(atp, call), row: undefined };
  const artifact = artifactOf(atp, { ...input, verdict: step?.verdict, regressionTest }, draft, call);
  if (row) attest(draft, row, artifact);
  const message = row?.effects.sends && tell(draft, row.effects.sends, artifact);
  draft.beside({ label: `artifact ${artifact.artifactId}`, create: { kind: 'artifact', value: artifact } });
  if (input.persist !== 'file') {
    const { artifactId } = artifact;
    draft.beside({
      label: `content of ${artifactId}`,
      create: { kind: 'content', artifactId, content: input.content },
    });
  }
  return draft.toPlan(
    {
      action: row?.step ?? 'artifact',
      ...(row && moved(row)),
      artifactId: artifact.artifactId,
      ...(message && { messageId: message.messageId }),
      notes: `${input.artifactType}: ${input.title}`,
    },
    { artifact, message },
  );
};

/** What of the artifact makes it a step of the flow; undefined for one that is only kept. */
const stepOf = (atp: Atp, { artifactType, verdict }: ArtifactInput): Transition['artifact'] => {
  const verdicts = flowOf(atp).transitions.flatMap(({ artifact }) =>
    artifact?.artifactType === artifactType && artifact.verdict ? [artifact.verdict] : [],
  );
  if (verdict !== undefined && !verdicts.includes(verdict)) throw foreignVerdict(atp, artifactType, verdicts);
  if (artifactType === 'PMVerificationReport') return { artifactType };
  const given = verdict ?? verdicts.find((each) => each === 'pass');
  return given && { artifactType, verdict: given };
};

const foreignVerdict = ({ type }: Atp, artifactType: ArtifactType, verdicts: readonly Verdict[]): Refusal => {
  const message =
    verdicts.length > 0
      ? `a ${artifactType} of a ${type} has the verdict ${[...new Set(verdicts)].join(', ')}`
      : `a ${artifactType} of a ${type} has no verdict; leave it out`;
  return new Refusal('INVALID_INPUT', `${message}.`, { issues: [{ path: 'verdict', message }] });
};

const artifactOf = (atp: Atp, input: ArtifactInput, { at }: Draft, call: Call): Artifact => {
  const { atpId } = atp;
  const { artifactType, title, persist, verdict, regressionTest } = input;
  const attested =
    artifactType === 'PMVerificationReport'
      ? Object.fromEntries(flowOf(atp).gates.map((name) => [name, true]))
      : undefined;
  const gates = input.gates ?? attested;
  return {
    artifactId: artifactIdOf({ atpId, ulid: call.ulid(at) }),
    atpId,
    artifactType,
    title,
    persist,
    ...(persist !== 'db' && { fileKey: fileKeyOf(atpId, call) }),
    ...(gates && { gates }),
    ...(verdict && { verdict }),
    ...(regressionTest && { regressionTest }),
    ...(atp.drill && { drill: true }),
    createdAt: iso(at),
    createdBy: call.principal,
  };
};

/** Rests on the report that it replaces: of two that are made at once, the one that counts is to be the newest of the list. */
const attest = (draft: Draft, { effects: { attests } }: Transition, artifact: Artifact): void => {
  const { artifactId, gates, verdict, regressionTest } = artifact;
  if (attests === 'gates') draft.relyOn('reportArtifactId').set({ reportArtifactId: artifactId, reportGates: gates });
  else if (attests)
    draft.relyOn(attests).set({ [attests]: { verdict, artifactId, ...(regressionTest && { regressionTest }) } });
};

type Sent = NonNullable<Transition['effects']['sends']>;

const tell = (draft: Draft, { messageType, toAgent }: Sent, { artifactId, artifactType, title, verdict }: Artifact) =>
  draft.send({
    messageType,
    toAgent,
    priority: flowOf(draft.before).defaultDirectivePriority,
    subject: title,
    body: `The ${artifactType} on ${draft.before.atpId} says ${verdict}. Read it: artifact_get with artifactId ${artifactId}.`,
    requiresAck: false,
  });
