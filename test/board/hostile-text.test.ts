import { type ComponentType, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import type { Detail } from '../../lib/board/answers.ts';
import { type Session, SessionContext } from '../../lib/board/hooks.ts';
import { IncidentFacts } from '../../lib/board/incident.tsx';
import { Row } from '../../lib/board/incident-list.tsx';
import { at, givenAtp, OPENED } from './given.ts';

/** As a title, a body, a name, an id: what others write may be anything that the service takes. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '</bdi></main><h1>Closed</h1>',
  '&lt;b&gt; &amp;amp;',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '\u202Egnp.exe\u2066\u202D',
  'x'.repeat(200),
];

const session: Session = {
  reader: () => Promise.reject(new Error('nothing is asked')),
  report: () => Promise.reject(new Error('nothing is asked')),
  turns: { last: () => undefined, of: () => Promise.reject(new Error('nothing is asked')) },
  connection: 'live',
  told: () => undefined,
  announce: () => undefined,
};
const shown = <Given extends object>(view: ComponentType<Given>, given: Given): string =>
  renderToString(h(SessionContext.Provider, { value: session }, h(view, given)));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
/** What is left when the text, as text set apart from its surroundings, is taken away. */
const around = (html: string, text: string): string =>
  html.replaceAll(`<bdi class="foreign">${escaped(text)}</bdi>`, '').replaceAll(/href="#[^"]*"/g, '');
const tags = (html: string): string[] => [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name = '']) => name);

const detailOf = (text: string): Detail => {
  const person = { role: '@dev', name: text } as const;
  const message = {
    messageId: text,
    atpId: text,
    fromAgent: '@pm',
    toAgent: '@dev',
    messageType: 'Directive',
  } as const;
  return {
    atp: givenAtp({
      atpId: text,
      title: text,
      notes: text,
      summary: text,
      owner: person,
      createdBy: person,
      evidence: [text],
      incident: { environment: text, summary: text, url: text },
      sourceAtpId: text,
      dependencies: [text],
      checklist: [{ item: text, state: 'done', note: text }],
      gates: { [text]: true },
    }),
    timeline: [{ at: OPENED, role: '@dev', principal: text, action: 'handoff', notes: text }],
    messages: [
      {
        ...message,
        priority: 'P0-Critical',
        subject: text,
        body: text,
        requiresAck: true,
        sentAt: OPENED,
        sentBy: person,
        acknowledgedAt: at(1),
        acknowledgedBy: person,
        waitsFor: [text],
      },
    ],
    artifacts: [
      {
        artifactId: text,
        atpId: text,
        artifactType: 'Other',
        title: text,
        persist: 'db',
        createdAt: OPENED,
        createdBy: person,
        gates: { [text]: false },
      },
    ],
    next: [],
  };
};

describe.each(hostile)('given %s', (text) => {
  test('in every place of an incident, then it stays text, and the page is the one that a plain word makes', () => {
    const plain = detailOf('word');
    for (const [html, expected] of [
      [shown(IncidentFacts, detailOf(text)), shown(IncidentFacts, plain)],
      [shown(Row, { atp: detailOf(text).atp }), shown(Row, { atp: plain.atp })],
    ] as const) {
      expect(tags(html)).toEqual(tags(expected));
      expect(around(html, text)).not.toContain(text);
      expect(html).not.toMatch(/href="(?!#)/);
    }
  });
});
