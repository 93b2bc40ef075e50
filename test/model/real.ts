/** The service, as the play calls it and looks at it. */

import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import type { Write } from '../../lib/flow/write.ts';
import type { Timer } from '../../lib/model.ts';
import { fire } from '../../lib/timer/fire.ts';
import type { Body as Any, Service } from '../support/service.ts';
import { letterOfModel, letterOfService } from './seen.ts';
import { type Act, type Answer, isFiring, type Names } from './world.ts';

/** An answer as it compares with the model's, the ids that it named, and the ATP that it shows. */
export type Answered = { shown: object; names: Names; outcome: string; raw: string; waitsFor: string[]; atp?: Any };

export const shownAnswer = ({
  outcome,
  atpId,
  message,
  followUpId,
  created,
  endOfMessage,
  replayed,
}: Answer): object => ({
  outcome,
  ...(outcome === 'accepted' && { atpId }),
  message: message && letterOfModel(message),
  followUpId,
  created,
  endOfMessage,
  replayed,
});

export const act = async (service: Service, given: Act): Promise<Answered> => {
  if (isFiring(given)) return fired(service, given.timer);
  const { who, tool, body, key, turn } = given;
  const headers = { ...(key && { 'idempotency-key': key }), ...(turn && { 'x-turn-id': turn }) };
  const { status, body: answer, headers: answered } = await service.call(who, tool, body, headers);
  const accepted = status === 200;
  const outcome = accepted ? 'accepted' : String(answer.code);
  const { atp, message, followUp, created, endOfMessage } = accepted ? answer : ({} as Any);
  return {
    outcome,
    shown: {
      outcome,
      ...(accepted && { atpId: atp.atpId }),
      message: message && letterOfService(message),
      followUpId: followUp?.atpId,
      created,
      endOfMessage,
      replayed: answered['idempotent-replayed'] === 'true' || undefined,
    },
    names: { messageId: message?.messageId, atpId: atp?.atpId, followUpId: followUp?.atpId },
    raw: JSON.stringify(answer),
    waitsFor: message?.waitsFor ?? [],
    ...(atp && { atp }),
  };
};

const fired = async ({ table, timeouts }: Service, timer: Timer): Promise<Answered> => {
  let planned: readonly Write[] = [];
  await fire(table, timer, timeouts, (...all) => {
    planned = planDeadline(...all);
    return planned;
  });
  const records = planned.flatMap((write) => ('create' in write ? [write.create] : []));
  const [message] = records.flatMap((each) => (each.kind === 'message' ? [each.value] : []));
  const [review] = records.flatMap((each) => (each.kind === 'atp' ? [each.value] : []));
  const outcome = records.length > 0 ? 'fired' : 'nothing';
  const names = { messageId: message?.messageId, followUpId: review?.atpId };
  const shown = {
    outcome,
    message: message && letterOfService(message),
    followUpId: review?.atpId,
    created: undefined,
    endOfMessage: undefined,
    replayed: undefined,
  };
  return { outcome, shown, names, raw: '', waitsFor: [] };
};
