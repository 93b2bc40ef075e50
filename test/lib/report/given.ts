import type { Report } from '../../../lib/report/report.ts';

const at = '2026-11-24T09:00:00.000Z';

/** A report that says this word in each place where others write. */
export const reportSaying = (text: string): Report => {
  const person = { role: '@dev', name: text } as const;
  const item = { item: text, state: 'done', note: text, linkedAtpId: text } as const;
  const about = { type: 'hotfix', status: 'Closed', title: text, createdAt: at } as const;
  const letter = { atpId: text, fromAgent: '@pm', toAgent: '@operator', priority: 'P0-Critical', sentAt: at } as const;
  const types = ['Directive', 'Escalation', 'Decision', 'HITLNotification'] as const;
  return {
    atp: {
      ...about,
      atpId: text,
      stage: 'done',
      priority: 'P0-Critical',
      notes: text,
      summary: text,
      evidence: [text, text],
      owner: person,
      createdBy: person,
      updatedAt: at,
      incident: { environment: text, summary: text, url: text, reporter: text },
      obligations: [{ kind: 'followUp', state: 'met', dueAt: at, metAt: at, metBy: person }],
      deadlines: [{ deadline: text, dueAt: at, firings: 1 }],
      checklist: [item],
    },
    page: { source: 'events', service: text },
    secondsTo: {},
    timeline: [
      { at, role: '@dev', principal: text, action: text, notes: text, artifactId: text },
      { at, role: '@dev', principal: text, action: 'direct', messageId: 'Directive' },
    ],
    messages: types.map((messageType) => ({
      ...letter,
      messageType,
      messageId: messageType,
      subject: text,
      body: text,
      requiresAck: true,
      sentBy: person,
      acknowledgedAt: at,
      acknowledgedBy: person,
    })),
    artifacts: [
      {
        artifactId: text,
        atpId: text,
        artifactType: 'PMVerificationReport',
        title: text,
        content: text,
        persist: 'both',
        fileKey: text,
        gates: { [text]: true },
        regressionTest: text,
        createdAt: at,
        createdBy: person,
      },
    ],
    related: [{ ...about, relation: 'review', atpId: text, checklist: [item] }],
    leftOut: [{ what: 'content', artifactId: text, fetch: { tool: 'artifact_get', input: { artifactId: text } } }],
  };
};
