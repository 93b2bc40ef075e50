/** What leads an ATP on from where it is, so that a play gets to the end of its flows. */

import { rivalOf } from './usual.ts';
import type { WishName } from './wishes.ts';
import type { ModelAtp, Who } from './world.ts';

type Move = [who: Who, wish: WishName];
const by = (who: Who, ...wishes: readonly WishName[]): Move[] => wishes.map((wish) => [who, wish]);

const ownerOf = ({ owner }: ModelAtp): Who => (owner === 'dev-2' ? 'dev-2' : 'dev-1');

const takenUp = (atp: ModelAtp): Move[] => {
  const { directives, owner } = atp;
  if (!directives['@dev']) return by('pm-1', 'direct');
  if (!owner) return [...by('dev-1', 'acknowledge the directive'), ...by('dev-2', 'acknowledge the directive')];
  const done = by(ownerOf(atp), 'handoff', 'send a Handoff', 'handoff', 'change Complete', 'handoff');
  return [...done, ...by(rivalOf(ownerOf(atp)), 'acknowledge the directive')];
};

const ofIncident = (atp: ModelAtp): Move[] => {
  const { id, type, status, handedOff, report, owner } = atp;
  if (status === 'Closed')
    return [...by('pm-1', 'notify', 'queue the review of it'), ...by('pm-2', 'queue the review named in notes')];
  if (status === 'InProgress') {
    const worse = type === 'hotfix' && id.charCodeAt(id.length - 1) % 3 === 0;
    return [...takenUp(atp), ...takenUp(atp), ...(worse ? by('pm-1', 'raise') : []), ...by('pm-2', 'set Rejected')];
  }
  const deployable = type === 'emergency' && status === 'Complete';
  const closing = [
    ...by('pm-1', 'close', 'change Closed', 'close with gates'),
    ...by('pm-2', 'set InProgress', 'set Closed', 'close with words'),
  ];
  if (status === 'Complete' && !owner) return takenUp(atp);
  if (!handedOff)
    return [
      ...by(ownerOf(atp), 'handoff', 'handoff'),
      ...by(deployable ? 'sre-1' : 'pm-1', deployable ? 'set Deployed' : 'close'),
    ];
  if (!report)
    return [...by('pm-1', 'report', 'report', 'close', 'change InProgress'), ...by('pm-2', 'report with gates')];
  return deployable ? by('sre-1', 'change Deployed', 'set Deployed') : closing;
};

const ofReview = ({ status, checklist = {} }: ModelAtp): Move[] => {
  const open = Object.values(checklist).some(({ state }) => state === 'open');
  if (status === 'Queued') return by('pm-1', 'change InProgress');
  if (status === 'InProgress' && open)
    return [
      ...by('dev-1', 'answer', 'answer'),
      ...by('pm-1', 'answer', 'answer'),
      ...by('dev-2', 'answer with a link', 'answer', 'set Complete'),
    ];
  if (status === 'InProgress') return [...by('dev-1', 'change Complete', 'handoff'), ...by('pm-1', 'set Complete')];
  return status === 'Complete' ? by('pm-1', 'close', open ? 'set InProgress' : 'change Closed') : [];
};

const ofWork = (atp: ModelAtp): Move[] => {
  const { status, type } = atp;
  const owner = ownerOf(atp);
  const aside = type === 'standard' ? by('pm-2', 'set Deferred', 'change Rejected') : [];
  if (status === 'Queued') return [...by('pm-1', 'change InProgress', 'set InProgress', 'change InProgress'), ...aside];
  if (status === 'Deferred') return by('pm-1', 'set Queued');
  if (status === 'Blocked') return [...by(owner, 'change InProgress', 'set InProgress', 'set InProgress'), ...aside];
  if (status === 'InProgress')
    return [...takenUp(atp), ...takenUp(atp), ...by(owner, 'handoff', 'set Blocked', 'set Blocked'), ...aside];
  return status === 'Complete' ? ofCompleteWork(atp) : [];
};

const ofCompleteWork = (atp: ModelAtp): Move[] => {
  const { owner, qaVerdict, codeReview, codeReviewVerdict, qa, handedOff } = atp;
  if (!handedOff) return [...by(ownerOf(atp), 'handoff', 'handoff'), ...by('pm-1', 'close')];
  if (codeReview && !codeReviewVerdict) {
    const other = rivalOf(ownerOf({ ...atp, owner: owner ?? 'dev-1' }));
    return [...by(other, 'review: approve', 'review: approve'), ...by('pm-1', 'review: changes', 'close')];
  }
  const test = by('qa-1', 'test: pass', 'test: minor fix', 'test: pass', 'test: escalate', 'test: pass');
  if (qa === 'pm-decision') return [...by('pm-1', 'decide on qa'), ...test];
  if (qa !== 'never' && !qaVerdict) return [...test, ...by('pm-2', 'close')];
  if (qa !== 'never' && qaVerdict !== 'pass')
    return [...by('qa-1', 'test: pass'), ...by('pm-1', 'change InProgress', 'close')];
  return [
    ...by('pm-1', 'change InProgress', 'close', 'change Closed'),
    ...by('pm-2', 'set Closed', 'set Rejected', 'close'),
  ];
};

export const onward = (atp: ModelAtp): Move[] => {
  if (atp.type === 'review') return ofReview(atp);
  return atp.type === 'hotfix' || atp.type === 'emergency' ? ofIncident(atp) : ofWork(atp);
};
