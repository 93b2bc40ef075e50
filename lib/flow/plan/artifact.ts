import { artifactIdOf } from '../../ids.ts';
import type { Artifact, ArtifactType, Gates, PersistMode } from '../../model.ts';
import { type Call, iso } from '../call.ts';
import { Draft } from '../draft.ts';
import { flowOf } from '../flows.ts';
import { knownAtp, refuseClosed } from '../permit.ts';
import type { Plan, Snapshot } from '../write.ts';
import { draftTransition } from './transition.ts';

export type ArtifactInput = {
  atpId: string;
  artifactType: ArtifactType;
  title: string;
  content: string;
  persist: PersistMode;
  gates?: Gates | undefined;
};

/** Key of an artifact's file in the bucket; the same however often the call is planned. */
export const fileKeyOf = (atpId: string, { nonce }: Call): string => `artifacts/${atpId}/${nonce}`;

/** `artifact_create`. A verification report is a step of the flow; it attests the gates that closing asks for. */
export const planArtifact = (input: ArtifactInput, snapshot: Snapshot, call: Call): Plan => {
  const atp = knownAtp(snapshot, input.atpId);
  refuseClosed(atp, call.principal);
  const isReport = input.artifactType === 'PMVerificationReport';
  const draft = isReport
    ? draftTransition(atp, { tool: 'artifact_create', to: atp.status }, { gates: input.gates }, call).draft
    : new Draft(atp, call);
  const artifactId = artifactIdOf({ atpId: atp.atpId, ulid: call.ulid(draft.at) });
  const gates =
    input.gates ?? (isReport ? Object.fromEntries(flowOf(atp).gates.map((name) => [name, true])) : undefined);
  const artifact: Artifact = {
    artifactId,
    atpId: atp.atpId,
    artifactType: input.artifactType,
    title: input.title,
    persist: input.persist,
    ...(input.persist !== 'db' && { fileKey: fileKeyOf(atp.atpId, call) }),
    ...(gates && { gates }),
    createdAt: iso(draft.at),
    createdBy: call.principal,
  };
  if (isReport) draft.set({ reportArtifactId: artifactId, reportGates: gates });
  draft.beside({ label: `artifact ${artifactId}`, create: { kind: 'artifact', value: artifact } });
  if (input.persist !== 'file') {
    draft.beside({
      label: `content of ${artifactId}`,
      create: { kind: 'content', artifactId, content: input.content },
    });
  }
  return draft.toPlan(
    { action: isReport ? 'report' : 'artifact', artifactId, notes: `${input.artifactType}: ${input.title}` },
    { artifact },
  );
};
