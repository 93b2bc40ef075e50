import { eventIdOf, isDrill, type Outgoing } from './outgoing.ts';
import { beginning } from './plain-text.ts';

/**
 * UTF-8 bytes that a notice carries of each text. The body's is of contract section 5, the summary's is ours, the
 * others lie above what the tools let in. Escaped twice, quoted and disarmed, all of it together stays below SNS's
 * 262,144 bytes, whatever the characters.
 */
const LIMITS = { body: 8_192, summary: 4_096, line: 1_024 } as const;

/** What a notice carries of a message: its texts cut between two characters, and how long the body is. */
export type Carried = Outgoing & { bodyBytes: number };

export const carried = (message: Outgoing): Carried => {
  const { brief } = message;
  const line = (text: string) => beginning(text.toWellFormed(), LIMITS.line);
  return {
    ...message,
    subject: line(message.subject),
    body: beginning(message.body.toWellFormed(), LIMITS.body),
    bodyBytes: Buffer.byteLength(message.body),
    ...(message.options && { options: message.options.map(line) }),
    ...(message.recommendation !== undefined && { recommendation: line(message.recommendation) }),
    brief: {
      ...brief,
      title: line(brief.title),
      ...(brief.environment && { environment: line(brief.environment) }),
      ...(brief.url && { url: line(brief.url) }),
      ...(brief.summary && { summary: beginning(brief.summary.toWellFormed(), LIMITS.summary) }),
    },
  };
};

export const isCut = ({ body, bodyBytes }: Carried): boolean => Buffer.byteLength(body) < bodyBytes;

/**
 * The `default` text: JSON for machines, in the shapes that the tools answer with. Texts are as they were written,
 * not disarmed: a machine that shows them to people has to see to that.
 */
export const machineTextOf = (message: Carried): string => {
  const { messageId, atpId, fromAgent, toAgent, messageType, subject, body, bodyBytes } = message;
  const { options, recommendation } = message;
  const { environment, url, owner, title, type, status, createdAt, summary } = message.brief;
  const drill = isDrill(message) || undefined;
  return JSON.stringify({
    eventId: eventIdOf(messageId),
    drill,
    message: {
      messageId,
      atpId,
      fromAgent,
      toAgent,
      messageType,
      priority: message.priority,
      subject,
      body,
      ...(isCut(message) && { bodyCut: { bodyBytes, rest: { tool: 'atp_get', input: { atpId }, messageId } } }),
      options,
      recommendation,
      requiresAck: message.requiresAck,
      sentAt: message.sentAt,
      sentBy: message.sentBy,
    },
    atp: {
      atpId,
      type,
      status,
      title,
      priority: message.brief.priority,
      createdAt,
      owner,
      incident: environment || url ? { environment, url } : undefined,
      summary,
      drill,
    },
  });
};
