import { artifactIdOf } from '../../ids.ts';
import {
  type Artifact,
  type Atp,
  type CallerRole,
  type EpisodeRef,
  isClosed,
  type PagerSource,
  type Severity,
} from '../../model.ts';
import { type Call, iso, timeAfter } from '../call.ts';
import { Draft } from '../draft.ts';
import type { Flow, Transition } from '../flow.ts';
import { flowOf } from '../flows.ts';
import { eventWrite } from '../records.ts';
import { type Snapshot, Unsettled, type Write } from '../write.ts';
import { supersede } from './message.ts';
import { newAtp } from './new-atp.ts';
import { applyEffects, draftTransition, episodeWrite, stageFor, tellOperator } from './transition.ts';

/** A page, routed. Its texts are within the limits of contract section 6. */
export type PageInput = EpisodeRef & {
  action: 'trigger' | 'acknowledge' | 'resolve' | 'update';
  source: PagerSource;
  /** What a trigger opens; `ignore`: nothing, but an open episode is told of all the same. */
  flow: 'emergency' | 'hotfix' | 'bugfix' | 'ignore';
  role: CallerRole;
  drill?: boolean | undefined;
  title: string;
  summary?: string | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  severity?: Severity | undefined;
  url?: string | undefined;
  /** Of the directive: what the source said, as quoted text. */
  body: string;
  /** For the timeline, in a line. */
  said: string;
  /** The source resolved it, and that is no fix. */
  unfixed?: boolean | undefined;
  /** The body does not hold the whole payload: the file that does. */
  fileKey?: string | undefined;
};

export type PageEffect =
  | 'opened'
  | 'repeated'
  | 'raised'
  | 'acknowledged'
  | 'resolved'
  | 'updated'
  /** Routing says that it opens nothing. */
  | 'ignored'
  /** There is no open episode that it could be about. */
  | 'dropped';
export type PagePlan = { effect: PageEffect; atpId?: string; writes: readonly Write[] };

/** What a page does: it opens an ATP, or tells of the one that its episode opened. It closes nothing. */
export const planPage = (input: PageInput, snapshot: Snapshot, call: Call): PagePlan => {
  const episode = snapshot.episode(input);
  if (episode?.state !== 'firing') {
    if (input.action !== 'trigger') return { effect: 'dropped', writes: [] };
    return input.flow === 'ignore' ? { effect: 'ignored', writes: [] } : open(input, input.flow, snapshot, call);
  }
  const atp = snapshot.atp(episode.atpId);
  if (!atp || isClosed(atp.status)) throw new Unsettled({ kind: 'episode', ...refOf(input) });
  if (mayRaise(input, atp)) return raise(input, atp, call);
  if (input.action === 'resolve' && !input.unfixed) return resolve(input, atp, call);
  return tell(input, atp, call);
};

const refOf = ({ integrationId, episode }: EpisodeRef): EpisodeRef => ({ integrationId, episode });

const openingRow = ({ transitions }: Flow): Transition => {
  const row = transitions.find(({ from, roles }) => from === null && roles.includes('@pager'));
  if (!row) throw new Error('a flow that no page opens');
  return row;
};

const open = (
  input: PageInput,
  type: Exclude<PageInput['flow'], 'ignore'>,
  snapshot: Snapshot,
  call: Call,
): PagePlan => {
  const earlier = snapshot.episode(input);
  const { title, summary, environment, service, severity, url, source, role } = input;
  const flow = flowOf({ type });
  const row = openingRow(flow);
  const at = call.clock;
  const atp = newAtp(
    {
      atpId: `AT-${call.ulid(at)}`,
      type: flow.type,
      status: row.to,
      stage: stageFor(row.to),
      priority: flow.defaultPriority,
      title,
      incident: {
        reporter: source,
        ...(environment && { environment }),
        ...(summary && { summary }),
        ...(url && { url }),
      },
      page: { ...refOf(input), source, ...(service && { service }), ...(severity && { severity }) },
      alertFiring: true,
      previousAtpId: earlier?.atpId,
      ...(input.drill && { drill: true }),
    },
    call,
    at,
  );
  const draft = Draft.ofNew(atp, call, at);
  applyEffects(draft, row.effects, call);
  if (row.effects.tellsOperator) tellOperator(draft, row, input.said, call);
  if (input.fileKey) keepPayload(draft, input.fileKey, call);
  const directive = row.to === 'InProgress' ? sendDirective(draft, input, flow, role) : undefined;
  const { writes } = draft.toPlan({
    action: row.step,
    to: row.to,
    notes: input.said,
    ...(directive && { messageId: directive.messageId }),
  });
  return { effect: 'opened', atpId: atp.atpId, writes: [...writes, opening(input, atp, earlier?.atpId)] };
};

/** Its line in the timeline is the one of the opening. */
const keepPayload = (draft: Draft, fileKey: string, call: Call): void => {
  const { atpId, drill } = draft.before;
  const artifact: Artifact = {
    artifactId: artifactIdOf({ atpId, ulid: call.ulid(draft.at) }),
    atpId,
    artifactType: 'IncidentReport',
    title: 'Payload of the page',
    persist: 'file',
    fileKey,
    ...(drill && { drill }),
    createdAt: iso(draft.at),
    createdBy: call.principal,
  };
  draft.beside({ label: `artifact ${artifact.artifactId}`, create: { kind: 'artifact', value: artifact } });
};

const sendDirective = (draft: Draft, { title, body }: PageInput, flow: Flow, role: CallerRole) => {
  const directive = draft.send({
    toAgent: role,
    messageType: flow.directiveType,
    priority: flow.defaultDirectivePriority,
    subject: title,
    body,
    requiresAck: true,
  });
  supersede(draft, directive, role);
  return directive;
};

/** An episode belongs to the ATP of its last trigger: of many at once, one is first. */
const opening = (ref: EpisodeRef, { atpId, createdAt }: Atp, earlier: string | undefined): Write => {
  const value = { ...refOf(ref), atpId, state: 'firing' as const, openedAt: createdAt };
  if (!earlier) return { label: `episode of ${atpId}`, create: { kind: 'episode', value } };
  const { state, openedAt } = value;
  return {
    label: `episode of ${atpId}`,
    change: { kind: 'episode', ...refOf(ref) },
    set: { atpId, state, openedAt },
    remove: [],
    expect: { atpId: earlier },
  };
};

const mayRaise = ({ action, flow }: PageInput, { type }: Atp): boolean =>
  (action === 'trigger' || action === 'update') && flow === 'emergency' && type === 'hotfix';

const raise = ({ said }: PageInput, atp: Atp, call: Call): PagePlan => {
  const { draft, row } = draftTransition(atp, { tool: 'atp_set', becomes: 'emergency' }, { notes: said }, call);
  const { writes } = draft.toPlan({ action: row.step, notes: said });
  return { effect: 'raised', atpId: atp.atpId, writes };
};

const resolve = (input: PageInput, atp: Atp, call: Call): PagePlan => {
  const draft = Draft.of(atp, call).relyOn('alertFiring').remove('alertFiring');
  draft.set({ alertResolvedAt: iso(draft.at) });
  draft.beside(episodeWrite(atp.atpId, input, { state: 'resolved' }, { state: 'firing' }));
  const { writes } = draft.toPlan({ action: 'page-resolve', notes: input.said });
  return { effect: 'resolved', atpId: atp.atpId, writes };
};

const told = { trigger: 'repeated', acknowledge: 'acknowledged', resolve: 'updated', update: 'updated' } as const;

/** A line of the timeline and nothing else, so that a storm of repetitions never waits for itself. */
const tell = ({ action, said }: PageInput, atp: Atp, call: Call): PagePlan => ({
  effect: told[action],
  atpId: atp.atpId,
  writes: [eventWrite(call, atp, timeAfter(call, atp), { action: `page-${action}`, notes: said })],
});
