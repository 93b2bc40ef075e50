import { describe, expectTypeOf, it } from 'vitest';
import type { Governance, Input, Output } from '../../../lib/client.ts';
import type { Event, NextCall, Role, ToolName } from '../../../lib/model.ts';
import type { AnswerView, ArtifactView, AtpView, MessageView } from '../../../lib/view.ts';

/** Never called: tsc checks what stands in it. A line that compiles after all makes its `@ts-expect-error` an error. */
type Checked = (governance: Governance) => unknown[];

describe('the types of the client', () => {
  it('have one method for each tool, and turn', () => {
    expectTypeOf<keyof Governance>().toEqualTypeOf<ToolName | 'turn'>();
    expectTypeOf<Parameters<Governance['turn']>>().toEqualTypeOf<[turnId?: string]>();
  });

  it('let fields with a default be left out, and no others', () => {
    expectTypeOf<{ atpId: string; artifactType: 'Other'; title: string; content: string }>().toExtend<
      Input<'artifact_create'>
    >();
    expectTypeOf<Record<never, never>>().toExtend<Input<'atp_list'>>();
    expectTypeOf<Input<'message_send'>['body']>().toEqualTypeOf<string>();
    expectTypeOf<Input<'message_ack'>>().toEqualTypeOf<{
      messageId: string;
      agent?: Role | undefined;
      notes?: string | undefined;
    }>();
  });

  it('refuse a misspelt field, an unknown word and what is missing', () => {
    const misuses: Checked = (governance) => [
      // @ts-expect-error a misspelt field
      governance.atp_set({ atpId: 'AT-1', stauts: 'InProgress' }),
      // @ts-expect-error a misspelt field, one level down
      governance.atp_close({ atpId: 'AT-1', followUp: { titel: 'Review' } }),
      // @ts-expect-error a status of no flow
      governance.atp_change_status({ atpId: 'AT-1', status: 'Done' }),
      // @ts-expect-error a status is needed
      governance.atp_change_status({ atpId: 'AT-1' }),
      // @ts-expect-error a gate of two flows at once
      governance.atp_close({ atpId: 'AT-1', gates: { fixesIssue: true, rollbackPossible: true } }),
      // @ts-expect-error a number where text is needed
      governance.message_ack({ messageId: 7 }),
      // @ts-expect-error a misspelt option
      governance.atp_get({ atpId: 'AT-1' }, { timeout: 5 }),
      // @ts-expect-error a tool that does not exist
      governance.atp_delete({ atpId: 'AT-1' }),
    ];
    expectTypeOf(misuses).toBeFunction();
  });

  it('answer what the tools answer', () => {
    expectTypeOf<Output<'atp_close'>>().toEqualTypeOf<AnswerView>();
    expectTypeOf<Output<'atp_get'>>().toExtend<{
      atp: AtpView;
      timeline: Event[];
      messages: MessageView[];
      artifacts: ArtifactView[];
      next: NextCall[];
      cursor?: string;
    }>();
    expectTypeOf<Output<'atp_list'>['atps']>().toEqualTypeOf<AtpView[]>();
    expectTypeOf<Output<'message_list'>['messages']>().toEqualTypeOf<MessageView[]>();
    expectTypeOf<Output<'artifact_get'>['artifact']>().toEqualTypeOf<ArtifactView>();
    expectTypeOf<Output<'flow_get'>['transitions'][number]['step']>().toEqualTypeOf<string>();
  });

  it('say which answers always hold a message or an artifact', () => {
    expectTypeOf<Output<'message_send'>['message']>().toEqualTypeOf<MessageView>();
    expectTypeOf<Output<'handoff'>['message']>().toEqualTypeOf<MessageView>();
    expectTypeOf<Output<'message_ack'>['message']>().toEqualTypeOf<MessageView>();
    expectTypeOf<Output<'artifact_create'>['artifact']>().toEqualTypeOf<ArtifactView>();
    expectTypeOf<Output<'atp_set'>['message']>().toEqualTypeOf<MessageView | undefined>();
  });
});
