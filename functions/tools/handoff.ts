import * as z from 'zod/mini';
import { messageAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { handoffBody, handoffFaults, sections } from '../../lib/flow/handoff.ts';
import { knownAtp, refuseSelfMessage } from '../../lib/flow/permit.ts';
import { planHandoff, refuseOtherPriority } from '../../lib/flow/plan/handoff.ts';
import { priorities } from '../../lib/model.ts';
import { across, atpId, body, isList, isText, LAID_OUT_LIMIT, list, role, title } from '../../lib/schema.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

type Given = { body?: unknown; completed?: unknown; pending?: unknown; evidence?: unknown };

const filled = (given: unknown): given is string[] => isList(given) && given.length > 0;
const entries = (given: unknown): string[] => (isList(given) ? given : []);

/** The body that is sent: the caller's own text, if it has the headings or the lists bring them, and the lists under theirs. */
const bodyOf = ({ body, completed, pending, evidence }: Given): string => {
  const opening = isText(body) ? body : '';
  const listed = filled(completed) && filled(evidence);
  if (!listed && handoffFaults(opening).length > 0) return opening;
  return handoffBody(
    { completed: entries(completed), pending: entries(pending), evidence: entries(evidence) },
    opening,
  );
};

type Fault = { path: string; message: string; tooLarge?: boolean };

const faultsOf = (given: Given): Fault[] => {
  const laidOut = bodyOf(given);
  if (Buffer.byteLength(laidOut) > LAID_OUT_LIMIT) {
    const message = `the handoff laid out as one body is larger than ${LAID_OUT_LIMIT} bytes`;
    return [{ path: 'body', message, tooLarge: true }];
  }
  const faults = handoffFaults(laidOut);
  if (faults.length === 0) return [];
  const lists = [given.completed, given.evidence];
  if (isText(given.body) && !lists.some(filled)) return faults.map((message) => ({ path: 'body', message }));
  const message = `needs one entry at least, or a body with the headings ${sections.join(', ')}`;
  return (['completed', 'evidence'] as const).filter((path) => !filled(given[path])).map((path) => ({ path, message }));
};

export const tool = writingTool({
  name: 'handoff',
  input: z
    .strictObject({
      atpId: atpId(),
      fromAgent: z.optional(role()),
      toAgent: z.optional(role().check(z.refine((given) => given === '@pm', 'a handoff goes to @pm'))),
      subject: z.optional(title()),
      body: z.optional(body()),
      completed: z.optional(list()),
      pending: z.optional(list()),
      evidence: z.optional(list()),
      priority: z.optional(z.enum(priorities)),
    })
    .check(across(faultsOf)),
  reads: ({ atpId }) => [keys.atp(atpId)],
  plan: (input, snapshot, call) => {
    const { atpId, subject = `Handoff: ${atpId}`, priority, evidence } = input;
    refuseOtherPriority(snapshot.atp(atpId), priority);
    refuseSelfMessage(snapshot.atp(atpId), call.principal, '@pm');
    return planHandoff(
      knownAtp(snapshot, atpId),
      { tool: 'handoff', subject, body: bodyOf(input), priority, evidence },
      call,
    );
  },
});

export const documentation: Documentation = {
  title: 'Hand a fix off to @pm',
  description:
    'The owner of the fix says what was completed, what is pending, and the evidence; the ATP becomes Complete in the same transaction. Needs one completed entry and one piece of evidence at least, or a body with the headings Completed Work, Pending Work and Evidence.',
  destructive: true,
  tellsPeople: true,
  output: messageAnswer,
  fields: {
    toAgent: '@pm; leave it out.',
    subject: 'One line; left out: Handoff and the id of the ATP.',
    body: 'Instead of the lists: text with the headings Completed Work, Pending Work and Evidence.',
    priority: 'Of an emergency P0-Critical; leave it out.',
  },
};

export const handler = serveWriting(tool);
