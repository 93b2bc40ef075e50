import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pages } from '../support/pages.ts';
import { askReport, markdown } from '../support/report.ts';
import { type Body, Given, Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: document.components });
const asPublished = ajv.compile({ $ref: 'document#/components/schemas/Report' });

const directory = temporary();
let service: Service;
let given: Given;
let pages: Pages;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  pages = await Pages.start(service, directory);
});
afterAll(() => pages.stop());

const jsonOf = async (atpId: string): Promise<Body> => {
  const { status, text } = await askReport(service, 'qa-1', atpId);
  expect(status, text.slice(0, 500)).toBe(200);
  const report = JSON.parse(text);
  expect([asPublished(report), asPublished.errors]).toEqual([true, null]);
  return report;
};
const sectionOf = (text: string, title: string): string => {
  const [, rest = ''] = text.split(`\n## ${title}\n`);
  return rest.split('\n## ')[0] ?? '';
};

describe('given a hotfix that a page opened, from the alert to its review', () => {
  let atpId: string;
  let reviewId: string;
  let bugfixId: string;
  const log = 'line of a log\n'.repeat(30_000);
  beforeAll(async () => {
    const source = await pages.integration('events', { service: 'checkout', environment: 'production' });
    await pages.send('events', source, 'checkout-500');
    const done = service.done.bind(service);
    const { messages } = await done('dev-1', 'message_list', { open: true });
    [{ atpId }] = messages;
    await done('dev-1', 'message_ack', { messageId: messages[0].messageId });
    const about = { atpId, subject: 'Roll back?', body: 'The roll-back loses a minute of orders.' };
    await done('dev-1', 'message_send', { ...about, toAgent: '@operator', messageType: 'Escalation' });
    const decision = { atpId, subject: 'Roll back', body: 'Better a minute than an hour.' };
    await done('operator-1', 'message_send', { ...decision, toAgent: '@dev', messageType: 'Decision' });
    await pages.send('events', source, 'checkout-500', 'resolve');
    await done('dev-1', 'handoff', { atpId, completed: ['Rolled back to 4.17.2'], evidence: ['Error rate 0.02 %'] });
    const file = { artifactType: 'Other', title: 'The whole log', content: log, persist: 'file' };
    await done('dev-1', 'artifact_create', { atpId, ...file });
    const verified = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
    await done('pm-1', 'artifact_create', { atpId, ...verified });
    const { followUp } = await done('pm-1', 'atp_close', { atpId, summary: 'Rolled back; checkout answers again.' });
    reviewId = followUp.atpId;
    await done('pm-1', 'atp_change_status', { atpId: reviewId, status: 'InProgress' });
    bugfixId = await given.work('bugfix');
    const item = { item: 'permanent-fix', state: 'done', note: 'Queued.', linkedAtpId: bugfixId };
    await done('dev-1', 'checklist_update', { atpId: reviewId, ...item });
  });

  test('when its report is read as JSON, then it is as published, and all of the incident is in it', async () => {
    const report = await jsonOf(atpId);
    const answer = await service.done('pm-1', 'atp_get', { atpId });
    expect(report.atp).toEqual(answer.atp);
    for (const list of ['timeline', 'messages'] as const) expect(report[list]).toEqual(answer[list]);
    expect(report.page).toEqual({ source: 'events', service: 'checkout', severity: 'critical' });
    expect(Object.keys(report.secondsTo)).toEqual(['acknowledged', 'completed', 'closed']);
    expect(report.artifacts.map(({ title, content }: Body) => [title, content])).toEqual([
      ['The whole log', log],
      ['Verified', 'All three gates hold.'],
    ]);
    expect(report.related.map(({ relation, atpId: id }: Body) => [relation, id])).toEqual([
      ['review', reviewId],
      ['linked', bugfixId],
    ]);
    expect(report).not.toHaveProperty('leftOut');
  });

  test('when it is read as Markdown, then a person finds all of it in its place', async () => {
    const { status, text, headers } = await askReport(service, 'operator-1', atpId, markdown);
    expect([status, headers['content-type']]).toEqual([200, 'text/markdown; charset=utf-8']);
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      ...['Facts', 'Times', 'Context', 'What was asked', 'Timeline', 'Gates', 'Artifacts', 'Obligations'],
      ...['Escalations and decisions', 'Notices to the operator', 'Checklist', 'Other ATPs'],
    ]);
    const found = (title: string, ...words: string[]) => {
      for (const word of words) expect(sectionOf(text, title), title).toContain(word);
    };
    found('Facts', '| page | events checkout critical |', '| owner | `@dev` dev\\-1 |', 'resolved at its source');
    found('Times', '| declared |', '| acknowledged |', '| completed |', '| closed |');
    found('Context', 'Rolled back; checkout answers again.');
    found('What was asked', '- Directive by `@pager`', 'acknowledged 20', '(see 1)');
    found('Timeline', '### 1. ', 'Rolled back to 4.17.2', 'The roll-back loses a minute of orders.', 'About 1.');
    found('Gates', '| Verified |', '| fixesIssue | holds |');
    found('Artifacts', 'All three gates hold.', 'line of a log\nline of a log', 'PMVerificationReport');
    found('Obligations', '| the review |', '| the notification of the operator |', 'met 20', 'by `@pm` pm\\-1');
    found('Escalations and decisions', 'Roll back\\?', '- Decision by `@operator`');
    found('Notices to the operator', '- HITLNotification by `@pm`');
    found(
      'Other ATPs',
      `### Its review: \`${reviewId}\``,
      `### Linked by the review: \`${bugfixId}\``,
      'permanent\\-fix',
    );
  });

  test('when its review is read, then that leads back to the incident, and has its checklist', async () => {
    const report = await jsonOf(reviewId);
    expect(report.related.map(({ relation, atpId: id }: Body) => [relation, id])).toEqual([
      ['incident', atpId],
      ['linked', bugfixId],
    ]);
    const { text } = await askReport(service, 'pm-1', reviewId, markdown);
    expect(sectionOf(text, 'Checklist')).toContain(
      `**permanent\\-fix**: done, see \`${bugfixId}\`\n\n\`\`\`text\nQueued.`,
    );
  });
});

test('given what is owed still, then both forms say until when', async () => {
  const atpId = await given.owing();
  const { obligations } = (await jsonOf(atpId)).atp;
  expect(obligations.map(({ state }: Body) => state)).toEqual(['open', 'open']);
  const { text } = await askReport(service, 'pm-1', atpId, markdown);
  expect(sectionOf(text, 'Obligations')).toContain(`| the review | ${obligations[1].dueAt} | **still owed** |`);
});

describe('the form', () => {
  let atpId: string;
  beforeAll(async () => {
    atpId = await given.started();
  });

  test.each([
    ['', undefined, 'application/json'],
    ['', '*/*', 'application/json'],
    ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['', 'text/markdown, */*', 'text/markdown; charset=utf-8'],
    ['', 'TEXT/*', 'text/markdown; charset=utf-8'],
    ['', 'application/json;q=0.5, text/markdown', 'text/markdown; charset=utf-8'],
    ['', 'text/markdown;q=0, */*;q=0.1', 'application/json'],
    ['format=markdown', 'application/json', 'text/markdown; charset=utf-8'],
    ['format=json', 'image/png', 'application/json'],
  ])('given the query "%s" and Accept: %s, then it is %s', async (query, accept, type) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const answer = await askReport(service, 'dev-1', atpId, { query, headers });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  test.each([
    ['', 'application/pdf', 'Accept'],
    ['', 'application/json;q=0', 'Accept'],
    ['format=pdf', '*/*', 'format'],
    ['limit=1', '*/*', 'limit'],
  ])('given the query "%s" and Accept: %s, then %s is refused', async (query, accept, path) => {
    const { status, text } = await askReport(service, 'dev-1', atpId, { query, headers: { accept } });
    const { code, issues } = JSON.parse(text);
    expect([status, code, issues.map((each: Body) => each.path)]).toEqual([400, 'INVALID_INPUT', [path]]);
  });

  test('given a token or an id that is not known, then that is refused before the form', async () => {
    const asked = { headers: { accept: 'application/pdf' } };
    expect((await askReport(service, 'nobody', atpId, asked)).status).toBe(401);
    expect((await askReport(service, 'dev-1', 'AT-none')).status).toBe(404);
  });

  test('given an ETag of it, then it is sent again only when the incident has changed', async () => {
    const { headers } = await askReport(service, 'pm-1', atpId, markdown);
    expect(headers).toMatchObject({ vary: 'Authorization, Accept', 'cache-control': 'private, no-cache' });
    const known = { headers: { ...markdown.headers, 'if-none-match': headers.etag ?? '' } };
    expect(await askReport(service, 'pm-1', atpId, known)).toMatchObject({ status: 304, text: '' });
    await given.directive(atpId);
    expect((await askReport(service, 'pm-1', atpId, known)).status).toBe(200);
  });
});
