import * as z from 'zod/mini';
import { messageAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { handoffFaults } from '../../lib/flow/handoff.ts';
import { wrongReceiver } from '../../lib/flow/messages.ts';
import { meetsNotification, planMessage } from '../../lib/flow/plan/message.ts';
import { isDirective, messageTypes, priorities } from '../../lib/model.ts';
import { across, atpId, body, isText, role, title } from '../../lib/schema.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

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
    })
    .check(
      across(({ messageType, toAgent, body }) => {
        const receiver = wrongReceiver(messageType, toAgent);
        const faults = messageType === 'Handoff' && isText(body) ? handoffFaults(body) : [];
        return [
          ...(receiver ? [{ path: 'toAgent', message: receiver }] : []),
          ...faults.map((message) => ({ path: 'body', message })),
        ];
      }),
    ),
  reads: ({ atpId, messageType }) => [keys.atp(atpId), ...(isDirective(messageType) ? [keys.emergencies] : [])],
  plan: planMessage,
  meets: (input, snapshot) => (meetsNotification(input, snapshot) ? input.atpId : undefined),
});

export const documentation: Documentation = {
  title: 'Send a message on an ATP',
  description:
    'Sends a message to another role. A Directive (@pm to @dev, @qa, @sre) tells it to act; a Handoff moves the ATP to Complete, as the handoff tool does; an HITLNotification or an Escalation reaches the operator by email and SMS; an Update or a Blocker tells @pm how it goes.',
  destructive: true,
  tellsPeople: true,
  output: messageAnswer,
};

export const handler = serveWriting(tool);
