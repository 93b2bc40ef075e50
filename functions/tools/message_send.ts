import * as z from 'zod/mini';
import { messageAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { handoffFaults } from '../../lib/flow/handoff.ts';
import { wrongReceiver } from '../../lib/flow/messages.ts';
import { meetsNotification, planMessage } from '../../lib/flow/plan/message.ts';
import { OPTIONS_LEAST, OPTIONS_MOST, questionFaults } from '../../lib/flow/question.ts';
import { messageParts } from '../../lib/ids.ts';
import { isDirective, messageTypes, priorities } from '../../lib/model.ts';
import { across, atpId, body, isText, line, opaqueId, role, title } from '../../lib/schema.ts';
import { type Key, keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

const questionKeys = (messageId = ''): Key[] => {
  const parts = messageParts(messageId);
  return parts ? [keys.message(parts)] : [];
};

export const tool = writingTool({
  name: 'message_send',
  input: z
    .strictObject({
      atpId: atpId(),
      fromAgent: z.optional(role()),
      toAgent: role(),
      messageType: z.enum(messageTypes),
      priority: z.optional(z.enum(priorities)),
      subject: title(),
      body: body(),
      requiresAck: z.optional(z.boolean()),
      options: z.optional(
        z
          .array(line(200))
          .check(z.minLength(OPTIONS_LEAST, 'a choice has two at least'), z.maxLength(OPTIONS_MOST, 'more than four')),
      ),
      recommendation: z.optional(line(200)),
      inReplyTo: z.optional(opaqueId()),
      option: z.optional(line(200)),
    })
    .check(
      across((given) => {
        const { messageType, toAgent, body } = given;
        const receiver = wrongReceiver(messageType, toAgent);
        const faults = messageType === 'Handoff' && isText(body) ? handoffFaults(body) : [];
        return [
          ...(receiver ? [{ path: 'toAgent', message: receiver }] : []),
          ...faults.map((message) => ({ path: 'body', message })),
          ...questionFaults(given),
        ];
      }),
    ),
  reads: ({ atpId, messageType, inReplyTo }) => [
    keys.atp(atpId),
    ...(isDirective(messageType) ? [keys.emergencies] : []),
    ...questionKeys(inReplyTo),
  ],
  plan: planMessage,
  meets: (input, snapshot) => (meetsNotification(input, snapshot) ? input.atpId : undefined),
});

export const documentation: Documentation = {
  title: 'Send a message on an ATP',
  description:
    'Sends a message to another role. A Directive (@pm to @dev, @qa, @sre) tells it to act; a Handoff moves the ATP to Complete, as the handoff tool does; an HITLNotification or an Escalation reaches the operator by email and SMS; an Update or a Blocker tells @pm how it goes. An Escalation with options asks the operator to choose one; the Decision comes to whoever asked.',
  destructive: true,
  tellsPeople: true,
  output: messageAnswer,
};

export const handler = serveWriting(tool);
