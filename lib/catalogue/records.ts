/**
 * The records of the answers as schemas (contract section 2; their types are those of lib/view.ts). What has an `id` is a component of its own in the OpenAPI document.
 */

import * as z from 'zod/mini';
import {
  artifactTypes,
  atpTypes,
  checklistStates,
  incidentCategories,
  messageTypes,
  persistModes,
  priorities,
  qaSettings,
  roles,
  stages,
  statuses,
  toolNames,
  verdicts,
} from '../model.ts';

const named = <Schema extends z.ZodMiniType>(schema: Schema, id: string, description: string): Schema => {
  z.globalRegistry.add(schema, { id, description });
  return schema;
};
const described = <Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

export const time = () => described(z.iso.datetime({ precision: 3 }), 'ISO 8601 UTC with milliseconds');
const text = (description: string) => described(z.string(), description);
const optional = <Schema extends z.ZodMiniType>(schema: Schema) => z.exactOptional(schema);

const role = z.enum(roles);
const status = z.enum(statuses);
const priority = z.enum(priorities);

export const principal = named(
  z.object({ role, name: z.string() }),
  'Principal',
  'One credential holder. Several principals may share a role.',
);

const incident = named(
  z.object({
    environment: optional(z.string()),
    category: optional(z.enum(incidentCategories)),
    summary: optional(z.string()),
    reporter: optional(z.string()),
    url: optional(z.string()),
  }),
  'Incident',
  'What is known of the incident.',
);

const gates = named(z.record(z.string(), z.boolean()), 'Gates', 'The three quality gates of the flow, by name.');

const verdict = named(
  z.object({ verdict: z.enum(verdicts), artifactId: z.string(), regressionTest: optional(z.string()) }),
  'Verdict',
  'The newest verdict since the last Complete, and the artifact that gives it.',
);

export const checklistEntry = named(
  z.object({
    item: z.string(),
    state: z.enum(checklistStates),
    note: optional(z.string()),
    linkedAtpId: optional(z.string()),
  }),
  'ChecklistEntry',
  "An item of a review's checklist. A review closes once no item is open.",
);

const obligation = named(
  z.object({
    kind: z.enum(['hitlNotification', 'followUp']),
    state: z.enum(['open', 'met']),
    dueAt: time(),
    metAt: optional(time()),
    metBy: optional(principal),
    messageId: optional(z.string()),
  }),
  'Obligation',
  'Something a closed ATP still owes. Past dueAt the service meets it.',
);

const deadline = named(
  z.object({ deadline: z.string(), dueAt: time(), firings: z.int() }),
  'Deadline',
  'What the ATP waits for, and when the service acts if it does not come.',
);

export const atp = named(
  z.object({
    atpId: z.string(),
    type: described(z.enum(atpTypes), 'Names the flow.'),
    status,
    stage: z.enum(stages),
    title: z.string(),
    notes: optional(z.string()),
    priority,
    drill: optional(described(z.boolean(), 'An exercise: all rules hold, nothing is broken.')),
    createdAt: time(),
    createdBy: principal,
    updatedAt: time(),
    owner: described(optional(principal), 'Who took the newest directive: only they complete the fix.'),
    evidence: optional(z.array(z.string())),
    incident: optional(incident),
    acknowledgedAt: optional(time()),
    completedAt: optional(time()),
    deployedAt: optional(time()),
    closedAt: optional(time()),
    qa: optional(described(z.enum(qaSettings), 'Whether closing needs a passed test by @qa.')),
    codeReview: optional(described(z.boolean(), 'Whether closing needs an approved code review.')),
    qaVerdict: optional(verdict),
    codeReviewVerdict: optional(verdict),
    gates: optional(gates),
    summary: optional(z.string()),
    alertFiring: optional(described(z.boolean(), 'Whether the alert that opened it still fires at its source.')),
    alertResolvedAt: optional(time()),
    previousAtpId: optional(text('The ATP that the same alert opened before.')),
    sourceAtpId: optional(text('Of a review: the incident that it follows.')),
    followUpAtpId: optional(text('Of a closed incident: its review.')),
    dependencies: optional(z.array(z.string())),
    dueAt: optional(time()),
    checklist: optional(z.array(checklistEntry)),
    obligations: optional(z.array(obligation)),
    deadlines: optional(z.array(deadline)),
  }),
  'Atp',
  'Atomic Task Package: the unit of work that moves through a flow.',
);

const decided = named(
  z.object({ option: z.string(), messageId: z.string(), decidedAt: time(), decidedBy: principal }),
  'Decided',
  'What was chosen of the options of a question, and the Decision that says so.',
);

export const message = named(
  z.object({
    messageId: z.string(),
    atpId: z.string(),
    fromAgent: role,
    toAgent: role,
    messageType: z.enum(messageTypes),
    priority,
    subject: z.string(),
    body: z.string(),
    options: optional(described(z.array(z.string()), 'Of a question to @operator: what there is to choose from.')),
    recommendation: optional(text('What whoever asks would choose.')),
    linkExpiresAt: optional(described(time(), 'Until when the link in the email of the question decides it.')),
    decision: optional(decided),
    inReplyTo: optional(text('Of a Decision: the question that it answers.')),
    option: optional(text('Of a Decision: the option that was chosen.')),
    requiresAck: z.boolean(),
    drill: optional(z.boolean()),
    waitsFor: optional(described(z.array(z.string()), 'Open emergencies that the receiver is to see to first.')),
    sentAt: time(),
    sentBy: principal,
    acknowledgedAt: optional(time()),
    acknowledgedBy: optional(principal),
    supersededAt: optional(time()),
    publishedAt: optional(time()),
  }),
  'Message',
  'A message from one role to another, on an ATP.',
);

const artifactFields = {
  artifactId: z.string(),
  atpId: z.string(),
  artifactType: z.enum(artifactTypes),
  title: z.string(),
  persist: z.enum(persistModes),
  fileKey: optional(text('Key of the object in the artifact bucket.')),
  gates: optional(gates),
  verdict: optional(z.enum(verdicts)),
  regressionTest: optional(z.string()),
  drill: optional(z.boolean()),
  createdAt: time(),
  createdBy: principal,
};

export const artifact = named(
  z.object(artifactFields),
  'Artifact',
  'A document kept with an ATP, without its content.',
);

export const artifactWithContent = named(
  z.object({ ...artifactFields, content: optional(z.string()) }),
  'ArtifactWithContent',
  'A document kept with an ATP.',
);

export const event = named(
  z.object({
    at: time(),
    role,
    principal: z.string(),
    action: z.string(),
    from: optional(status),
    to: optional(status),
    notes: optional(z.string()),
    messageId: optional(z.string()),
    artifactId: optional(z.string()),
    drill: optional(z.boolean()),
  }),
  'Event',
  'A line of the timeline: who did what, and when.',
);

export const nextCall = named(
  z.object({
    tool: z.enum(toolNames),
    role,
    why: z.string(),
    input: optional(described(z.record(z.string(), z.unknown()), 'The arguments that are known already.')),
    needs: optional(described(z.array(z.string()), 'The fields that the caller still has to write.')),
  }),
  'NextCall',
  'A call that the flow permits now, for one role.',
);

export const next = described(
  z.array(nextCall),
  'The calls that the flow permits now, for every role, most useful first.',
);
