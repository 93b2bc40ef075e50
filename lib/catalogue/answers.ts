/** What the tools answer, as schemas. */

import * as z from 'zod/mini';
import { atpTypes, roles, statuses, toolNames } from '../model.ts';
import { httpStatus } from '../refusal.ts';
import { artifact, artifactWithContent, atp, event, message, next, principal } from './records.ts';

const cursor = z.exactOptional(z.string());

const written = {
  atp,
  message: z.exactOptional(message),
  artifact: z.exactOptional(artifactWithContent),
  followUp: z.exactOptional(atp),
  created: z.exactOptional(z.boolean()),
  next,
  endOfMessage: z.exactOptional(z.literal(true)),
};

/** Of a writing call. */
export const writtenAnswer = () => z.object(written);
export const messageAnswer = () => z.object({ ...written, message });
export const artifactAnswer = () => z.object({ ...written, artifact: artifactWithContent });

export const atpGetAnswer = () =>
  z.object({
    atp,
    timeline: z.array(event),
    messages: z.array(message),
    artifacts: z.array(artifact),
    next,
    cursor,
  });
export const atpListAnswer = () => z.object({ atps: z.array(atp), cursor });
export const messageListAnswer = () => z.object({ messages: z.array(message), cursor });
export const artifactGetAnswer = () => z.object({ artifact: artifactWithContent });

export const flowGetAnswer = () =>
  z.object({
    type: z.enum(atpTypes),
    transitions: z.array(
      z.object({
        step: z.string(),
        from: z.nullable(z.enum(statuses)),
        to: z.enum(statuses),
        role: z.enum(roles),
        tools: z.array(z.enum(toolNames)),
        artifact: z.exactOptional(z.object({ artifactType: z.string(), verdict: z.exactOptional(z.string()) })),
        guards: z.array(z.enum(Object.keys(httpStatus) as [string, ...string[]])),
        rules: z.array(z.string()),
      }),
    ),
  });

/** The body of a refusal: `application/problem+json` (RFC 9457). */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(httpStatus) as [keyof typeof httpStatus]),
    requestId: z.string(),
    current: z.exactOptional(
      z.object({
        status: z.exactOptional(z.enum(statuses)),
        role: z.exactOptional(z.enum(roles)),
        type: z.exactOptional(z.enum(atpTypes)),
        owner: z.exactOptional(principal),
        closedInTurn: z.exactOptional(z.string()),
      }),
    ),
    next: z.exactOptional(next),
    issues: z.exactOptional(z.array(z.object({ path: z.string(), message: z.string() }))),
  })
  .register(z.globalRegistry, {
    id: 'Problem',
    description:
      'A refusal: what was refused and what to do about it, what is true now, and what is permitted instead.',
  });
