import { duration } from '../duration.ts';
import { inFlowOrder } from '../flow/brief.ts';
import { isDirective } from '../model.ts';
import type { ArtifactView, AtpView } from '../view.ts';
import { type Entry, entriesOf } from './entries.ts';
import { block, code, literal, section, table } from './marks.ts';
import type { Related, Report } from './report.ts';
import { timelineSection } from './timeline.ts';
import { missing, outcome, receipt, type Texts, textsOf, who } from './words.ts';

/** A report to be read. What agents and sources of pages wrote stands in it as text and as nothing else. */
export const markdownOf = (report: Report): string => {
  const { atp, artifacts, leftOut = [] } = report;
  const entries = entriesOf(report);
  const texts = textsOf(report);
  const parts = [
    `# ${literal(atp.title)}`,
    `${atp.drill ? '**A drill.** ' : ''}${code(atp.atpId)}: ${atp.type}, ${atp.priority}, ${atp.status} (stage ${atp.stage}).`,
    ...(leftOut.length > 0 ? [section('Left out', leftOutWords(report))] : []),
    section('Facts', facts(report)),
    section('Times', times(report)),
    section('Context', ...context(atp)),
    section('What was asked', sentList(entries, isAsked)),
    timelineSection(entries, report, texts),
    section('Gates', gates(atp, artifacts)),
    section('Artifacts', ...artifacts.flatMap((each) => artifact(each, texts))),
    section('Obligations', obligations(atp)),
    section('Escalations and decisions', sentList(entries, isEscalation)),
    section('Notices to the operator', sentList(entries, isNotice)),
    section('Checklist', ...checklist(atp.checklist)),
    section('Other ATPs', ...report.related.flatMap(related)),
  ];
  return `${parts.join('\n\n')}\n`;
};

type Sent = NonNullable<Entry['sent']>;
const isAsked = ({ messageType }: Sent): boolean => isDirective(messageType);
const isEscalation = ({ messageType }: Sent): boolean => ['Escalation', 'Decision', 'Blocker'].includes(messageType);
const isNotice = ({ messageType }: Sent): boolean => messageType === 'HITLNotification';

const rows = (...facts: (readonly [name: string, said: string | false | undefined])[]): string[][] =>
  facts.flatMap(([name, said]) => (said ? [[name, said]] : []));

const leftOutWords = ({ leftOut = [] }: Report): string =>
  [
    'An answer has 6 MB at most. This is not all of the record:',
    ...leftOut.map((each) => {
      const { what, messageId, artifactId, at } = each;
      return `- ${what === 'records' ? '' : `${what} of ${code(messageId ?? artifactId ?? at ?? '')}: `}${missing(each)}`;
    }),
  ].join('\n');

const facts = ({ atp, page }: Report): string => {
  const { incident = {}, owner, createdBy } = atp;
  return table(
    ['fact', 'value'],
    rows(
      ['opened by', who(createdBy)],
      ['owner', owner ? who(owner) : 'nobody'],
      [
        'page',
        page &&
          [page.source, page.service, page.severity]
            .map((each = '') => literal(each))
            .join(' ')
            .trim(),
      ],
      ['alert', alertOf(atp)],
      ['environment', incident.environment && literal(incident.environment)],
      ['category', incident.category && literal(incident.category)],
      ['reporter', incident.reporter && literal(incident.reporter)],
    ),
  );
};

const alertOf = ({ alertFiring, alertResolvedAt }: AtpView): string | undefined =>
  alertFiring ? 'still fires at its source' : alertResolvedAt && `resolved at its source ${alertResolvedAt}`;

const times = ({ atp, secondsTo }: Report): string => {
  const after = (seconds: number | undefined): string => (seconds === undefined ? '' : duration(seconds * 1_000));
  const { createdAt, acknowledgedAt, completedAt, deployedAt, closedAt, dueAt, deadlines = [] } = atp;
  const steps = [
    ['declared', createdAt, ''],
    ['acknowledged', acknowledgedAt, after(secondsTo.acknowledged)],
    ['completed', completedAt, after(secondsTo.completed)],
    ['deployed', deployedAt, after(secondsTo.deployed)],
    ['closed', closedAt, after(secondsTo.closed)],
    ['due', dueAt, ''],
    ...deadlines.map(({ deadline, dueAt, firings }) => [
      `waits: ${literal(deadline)}${firings > 0 ? `, escalated ${firings} times` : ''}`,
      dueAt,
      '',
    ]),
  ];
  const known = steps.flatMap(([step = '', at, span = '']) => (at ? [[step, at, span]] : []));
  return table(['step', 'at', 'after the declaration'], known);
};

const context = ({ incident = {}, notes, summary, evidence = [] }: AtpView): string[] => [
  ...(incident.url ? [`Link, as it was given: ${code(incident.url)}`] : []),
  ...said('Incident', incident.summary),
  ...said('Notes and plan', notes),
  ...said('Evidence', evidence.join('\n') || undefined),
  ...said('Summary', summary),
];

const said = (name: string, text: string | undefined): string[] => (text ? [`${name}:`, block(text)] : []);

/** By the numbers of the timeline, where their texts are. */
const sentList = (entries: readonly Entry[], is: (message: Sent) => boolean): string =>
  entries
    .flatMap(({ number, sent }) => (sent && is(sent) ? [{ number, sent }] : []))
    .map(({ number, sent }) => {
      const after = [receipt(sent), outcome(sent)].filter(Boolean).join(', ');
      const heading = `${sent.messageType} by ${who(sent.sentBy)} to ${code(sent.toAgent)} ${sent.sentAt}`;
      return `- ${heading}: ${literal(sent.subject)}${after ? `; ${after}` : ''} (see ${number})`;
    })
    .join('\n');

const gates = (atp: AtpView, artifacts: readonly ArtifactView[]): string | false => {
  const attested = artifacts.flatMap(({ title, createdAt, createdBy, gates, verdict, regressionTest }) => {
    const made = [literal(title), createdAt, who(createdBy)];
    return [
      ...Object.entries(inFlowOrder(gates ?? {}, atp)).map(([name, holds]) => [
        ...made,
        literal(name),
        holds ? 'holds' : 'does not hold',
      ]),
      ...(verdict ? [[...made, 'verdict', verdict]] : []),
      ...(regressionTest ? [[...made, 'regression test', literal(regressionTest)]] : []),
    ];
  });
  return attested.length > 0 && table(['report', 'at', 'by', 'gate', 'says'], attested);
};

const artifact = (each: ArtifactView, texts: Texts): string[] => {
  const { artifactId, artifactType, title, createdAt, createdBy, fileKey, content } = each;
  return [
    `### ${literal(title)}`,
    `${artifactType} ${code(artifactId)} by ${who(createdBy)}, ${createdAt}${fileKey ? `, file ${code(fileKey)}` : ''}.`,
    ...texts({ what: 'content', artifactId }, content),
  ];
};

const obligations = ({ obligations = [] }: AtpView): string | false =>
  obligations.length > 0 &&
  table(
    ['owed', 'due', 'state'],
    obligations.map(({ kind, dueAt, state, metAt, metBy }) => [
      kind === 'followUp' ? 'the review' : 'the notification of the operator',
      dueAt,
      state === 'open' ? '**still owed**' : `met ${metAt ?? ''}${metBy ? ` by ${who(metBy)}` : ''}`,
    ]),
  );

const checklist = (entries: AtpView['checklist'] = []): string[] =>
  entries.flatMap(({ item, state, note, linkedAtpId }) => [
    `**${literal(item)}**: ${state}${linkedAtpId ? `, see ${code(linkedAtpId)}` : ''}`,
    ...(note ? [block(note)] : []),
  ]);

const relationWords: Readonly<Record<Related['relation'], string>> = {
  review: 'Its review',
  incident: 'The incident that it reviews',
  earlier: 'Opened before by the same alert',
  dependency: 'Closed before it',
  linked: 'Linked by the review',
};

const related = ({ relation, atpId, type, status, title, createdAt, dueAt, closedAt, checklist: items }: Related) => [
  `### ${relationWords[relation]}: ${code(atpId)}`,
  `${literal(title)} (${type}, ${status}), opened ${createdAt}${dueAt ? `, due ${dueAt}` : ''}${closedAt ? `, closed ${closedAt}` : ''}.`,
  ...checklist(items),
];
