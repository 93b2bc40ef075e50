import type { CallerRole, Status, ToolName } from '../../../lib/model.ts';
import type { CallName } from './calls.ts';
import {
  all,
  bothDoors,
  closed,
  closedHotfix,
  dev,
  hotfixComplete,
  hotfixInProgress,
  moves,
  openReview,
  operator,
  pm,
  type Row,
  type Rows,
  readArtifact,
  reviewComplete,
  reviewInProgress,
  self,
  unknown,
} from './rows.ts';
import type { StateName } from './states.ts';

type Offer = `${ToolName} ${CallerRole}`;
/** What holds in a state: its status, what `next` offers there in this order, and a row for every call. */
export type Expectation = { status?: Status; next: readonly Offer[]; rows: Record<CallName, Row> };

const give = (rows: Rows, next: readonly Offer[], status?: Status): Expectation => ({
  rows: rows as Record<CallName, Row>,
  next,
  ...(status && { status }),
});

const rework: Offer = 'atp_change_status @pm';
const rejection: Offer = 'atp_change_status @pm';

/** A newer directive supersedes the open ones; whoever acknowledged an older one gets the same answer again. */
const acknowledgedBefore: Row = { ...all('INVALID_TRANSITION'), 'dev-1': 'accepted' };

export const expected: Record<StateName, Expectation> = {
  unknown: give(unknown, ['atp_set @pm']),
  'a hotfix without a directive': give(
    hotfixInProgress(dev('NOT_ACKNOWLEDGED')),
    ['message_send @pm', rejection],
    'InProgress',
  ),
  'a directed hotfix': give(
    { ...hotfixInProgress(dev('NOT_ACKNOWLEDGED')), 'ack newest directive': dev('accepted') },
    ['message_ack @dev', rejection],
    'InProgress',
  ),
  'an acknowledged hotfix': give(
    {
      ...hotfixInProgress(dev('accepted', 'NOT_OWNER')),
      'ack newest directive': dev('accepted', 'ALREADY_ACKNOWLEDGED'),
    },
    ['handoff @dev', rejection],
    'InProgress',
  ),
  'a hotfix directed anew': give(
    {
      ...hotfixInProgress(dev('NOT_ACKNOWLEDGED')),
      'ack newest directive': dev('accepted'),
      'ack superseded directive': acknowledgedBefore,
    },
    ['message_ack @dev', rejection],
    'InProgress',
  ),
  'a hotfix whose first directive was superseded': give(
    {
      ...hotfixInProgress(dev('NOT_ACKNOWLEDGED')),
      'ack newest directive': dev('accepted'),
      'ack superseded directive': all('INVALID_TRANSITION'),
    },
    ['message_ack @dev', rejection],
    'InProgress',
  ),
  'a hotfix in rework': give(
    {
      ...hotfixInProgress(dev('accepted', 'NOT_OWNER')),
      ...readArtifact,
      'ack newest directive': dev('accepted', 'ALREADY_ACKNOWLEDGED'),
    },
    ['handoff @dev', rejection],
    'InProgress',
  ),
  'a complete hotfix without a handoff': give(
    { ...hotfixComplete(pm('HANDOFF_MISSING')), 'read artifact': all('NOT_FOUND') },
    ['handoff @dev', 'artifact_create @pm', rework],
    'Complete',
  ),
  'a complete hotfix with a report and no handoff': give(
    hotfixComplete(pm('HANDOFF_MISSING')),
    ['handoff @dev', rework],
    'Complete',
  ),
  'a handed-off hotfix': give(
    { ...hotfixComplete(pm('REPORT_MISSING')), 'read artifact': all('NOT_FOUND') },
    ['artifact_create @pm', rework],
    'Complete',
  ),
  'a handed-off hotfix, directed anew': give(
    {
      ...hotfixComplete(pm('REPORT_MISSING')),
      'read artifact': all('NOT_FOUND'),
      handoff: self(dev('NOT_ACKNOWLEDGED'), 'pm-1'),
      'send Handoff': self(dev('NOT_ACKNOWLEDGED'), 'pm-1'),
      'ack newest directive': dev('accepted'),
      'ack superseded directive': acknowledgedBefore,
    },
    ['message_ack @dev', 'artifact_create @pm', rework],
    'Complete',
  ),
  'a verified hotfix': give(
    hotfixComplete(pm('accepted'), pm('accepted'), pm('GATE_FAILED')),
    ['atp_close @pm', rework],
    'Complete',
  ),
  'a hotfix whose report fails a gate': give(
    hotfixComplete(pm('GATE_FAILED')),
    ['artifact_create @pm', rework],
    'Complete',
  ),
  'a verified hotfix whose alert still fires': give(
    hotfixComplete(pm('ALERT_STILL_FIRING'), pm('accepted'), pm('GATE_FAILED')),
    [rework],
    'Complete',
  ),
  'a closed hotfix that owes': give(closedHotfix, ['message_send @pm', 'atp_create @pm'], 'Closed'),
  'a closed hotfix, settled': give({ ...closedHotfix, 'ack notice': operator('accepted') }, [], 'Closed'),
  'a rejected hotfix': give({ ...closed, 'ack notice': operator('accepted') }, [], 'Rejected'),
  'a queued review': give(
    {
      ...openReview,
      ...moves({ InProgress: pm('accepted') }),
      ...bothDoors('InProgress, no notes', pm('accepted')),
    },
    ['atp_change_status @pm'],
    'Queued',
  ),
  'a review in progress': give(
    reviewInProgress,
    ['checklist_update @dev', 'checklist_update @pm', 'atp_change_status @dev', 'atp_change_status @pm'],
    'InProgress',
  ),
  'a review in progress, answered': give(
    reviewInProgress,
    ['atp_change_status @dev', 'atp_change_status @pm'],
    'InProgress',
  ),
  'a complete review with open items': give(reviewComplete(pm('CHECKLIST_OPEN')), [rework], 'Complete'),
  'a complete review, answered': give(reviewComplete(pm('accepted')), ['atp_close @pm', rework], 'Complete'),
  'a complete review that waits for another ATP': give(reviewComplete(pm('DEPENDENCY_OPEN')), [rework], 'Complete'),
  'a closed review': give({ ...closed, 'close, a gate failed': all('INVALID_INPUT') }, [], 'Closed'),
};
