/** What the reads over GET answer, as the board uses it. */
import type { Event, NextCall } from '../model.ts';
import type { ArtifactView, AtpView, MessageView } from '../view.ts';

export type { ArtifactView, AtpView, Event, MessageView, NextCall };

export type ListAnswer = { atps: AtpView[]; cursor?: string };
export type InboxAnswer = { messages: MessageView[]; cursor?: string };
export type Detail = {
  atp: AtpView;
  timeline: Event[];
  messages: MessageView[];
  artifacts: ArtifactView[];
  next: NextCall[];
  cursor?: string;
};
