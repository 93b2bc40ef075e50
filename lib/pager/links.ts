import { text } from './fields.ts';
import { line } from './wording.ts';

export type Link = { href: string; text?: string };

const LIMIT = { count: 20, href: 2_000, text: 100 };
/** Absolute, of the web, without blanks: Grafana's `?orgId=1` and `javascript:` are none. */
const WEB = /^https?:\/\/[^\s\p{Cc}\p{Bidi_Control}]+$/iu;

/** Each address once; a longer one is left out, since a cut one leads elsewhere. */
export const linksOf = (candidates: Iterable<{ href: unknown; text?: unknown }>): readonly Link[] => {
  const links = new Map<string, Link>();
  for (const candidate of candidates) {
    const href = text(candidate.href)?.trim();
    if (!href || href.length > LIMIT.href || !WEB.test(href) || links.has(href)) continue;
    if (links.size === LIMIT.count) break;
    const said = line(text(candidate.text), LIMIT.text);
    links.set(href, { href, ...(said && { text: said }) });
  }
  return [...links.values()];
};
