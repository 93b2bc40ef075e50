/** What every source of pages is brought to, before anything is decided. No behaviour. */

import type { Severity } from '../model.ts';

/** What the source says of an episode: from its first trigger to its resolution. */
export type PageAction = 'trigger' | 'acknowledge' | 'resolve' | 'update';

/** One event of a source. Texts are the source's own: hostile until they are shown. */
export type Page = {
  action: PageAction;
  /** Names the episode within its integration, for as long as it is open; of any length. */
  episode: string;
  /** The source's own id of this delivery, the same on each attempt; absent where it has none. */
  delivery?: string;
  title: string;
  summary?: string;
  service?: string;
  environment?: string;
  severity?: Severity;
  labels: Readonly<Record<string, string>>;
  links: readonly { href: string; text?: string }[];
  /** The payload as it was parsed, for whoever has to read all of it. */
  payload: unknown;
  /** What else is to be said of it. On a resolution: how it came about, where it is no fix; a merge, say. */
  note?: string;
};

/** Understood, and deliberately nothing: why. */
export type Ignored = { ignored: string };

/** What an adapter makes of a payload: a page for each episode it speaks of. Malformed payloads are refused before. */
export type Intake = readonly (Page | Ignored)[];
