/** What `GET /atps/{atpId}/report` answers as JSON. */

import * as z from 'zod/mini';
import { atpTypes, leftOutKinds, pagerSources, relations, severities, statuses } from '../model.ts';
import { artifactWithContent, atp, checklistEntry, event, message, time } from './records.ts';

const seconds = z.exactOptional(z.number());

const related = z
  .object({
    relation: z.enum(relations),
    atpId: z.string(),
    type: z.enum(atpTypes),
    status: z.enum(statuses),
    title: z.string(),
    createdAt: time(),
    closedAt: z.exactOptional(time()),
    dueAt: z.exactOptional(time()),
    checklist: z.exactOptional(z.array(checklistEntry)),
  })
  .register(z.globalRegistry, {
    id: 'RelatedAtp',
    description:
      'Another ATP that this one leads to: its review, the incident that it reviews, the one that the same alert opened before, what it waits for, or what a checklist links.',
  });

const leftOut = z
  .object({
    what: z.enum(leftOutKinds),
    at: z.exactOptional(time()),
    messageId: z.exactOptional(z.string()),
    artifactId: z.exactOptional(z.string()),
    kept: z.exactOptional(z.int()),
    bytes: z.exactOptional(z.int()),
    fetch: z.object({ tool: z.enum(['atp_get', 'artifact_get']), input: z.record(z.string(), z.string()) }),
  })
  .register(z.globalRegistry, {
    id: 'LeftOut',
    description:
      'What the report has no room for, and the call that brings it. Of a text the beginning is there, `kept` of `bytes`; `records` are all later ones.',
  });

export const reportAnswer = z
  .object({
    atp,
    page: z.exactOptional(
      z.object({
        source: z.enum(pagerSources),
        service: z.exactOptional(z.string()),
        severity: z.exactOptional(z.enum(severities)),
      }),
    ),
    secondsTo: z.object({ acknowledged: seconds, completed: seconds, deployed: seconds, closed: seconds }),
    timeline: z.array(event),
    messages: z.array(message),
    artifacts: z.array(artifactWithContent),
    related: z.array(related),
    leftOut: z.exactOptional(z.array(leftOut)),
  })
  .register(z.globalRegistry, {
    id: 'Report',
    description: 'All of one incident. `secondsTo` count from its opening.',
  });
