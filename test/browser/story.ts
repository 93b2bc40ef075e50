import type { Governance } from '../../lib/client.ts';
import type { Steps } from '../senders/steps.ts';
import type { Visitor } from './visitor.ts';

type Cast = { steps: Steps; pm: Governance; dev: Governance; detail: Visitor; list: Visitor };

const atpId = 'AT-CHECKOUT-500';
const title = 'Checkout answers 500';

/** A hotfix from the page to the review, by the tools; one visitor has it open, the other has the list. Nobody reloads. */
export const playStory = async ({ steps, pm, dev, detail, list }: Cast): Promise<void> => {
  const sees = list.sees.bind(list);
  await steps.step('opened: the list shows it, and whose turn it is', async () => {
    const incident = {
      environment: 'production',
      category: 'customer-impact',
      summary: '38% of checkouts fail',
    } as const;
    await pm.atp_set({ atpId, status: 'InProgress', title, incident });
    await sees(title);
    await sees(/Nobody was told to fix it yet/);
    await list.looksRight();
    return undefined;
  });
  await steps.step('the incident has an address of its own, and its view the focus', async () => {
    await detail.page.evaluate(`location.hash = '#/atps/${atpId}'`);
    await detail.sees(/opened by/);
    if ((await detail.focused()) !== title) throw new Error(`the focus is on ${await detail.focused()}`);
    return undefined;
  });
  const messageId = await directed({ steps, pm, dev, detail, list });
  await steps.step('acknowledged: both show the owner', async () => {
    const { atp } = await dev.message_ack({ messageId });
    const owner = atp.owner?.name ?? '';
    await Promise.all([sees(owner), detail.sees(`taken by ${owner}`)]);
    await detail.looksRight();
    return owner;
  });
  await pictures({ detail, list });
  await steps.step('handed off: both say Complete', async () => {
    await dev.handoff({ atpId, completed: ['Rolled back to 4.17.2'], evidence: ['Error rate 0.1% for 5 minutes'] });
    await Promise.all([sees('Complete'), detail.sees('Complete')]);
    return undefined;
  });
  await steps.step('verified: the gates are shown', async () => {
    const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
    const artifactType = 'PMVerificationReport';
    await pm.artifact_create({ atpId, artifactType, title: 'Verified', content: 'Checkout works again.', gates });
    await detail.sees('PMVerificationReport');
    return undefined;
  });
  await steps.step('closed: the list lets it go, what it owes is met', async () => {
    await pm.atp_close({ atpId, summary: 'Rolled back to 4.17.2.' });
    await Promise.all([list.seesNoRow(title), detail.sees(/Owes a review: met/)]);
    await detail.looksRight();
    return undefined;
  });
  await steps.step('its review is due, and its times are told', async () => {
    await list.goTo('Reviews');
    await list.sees(/0 of 7/);
    await list.looksRight();
    await list.goTo('Times');
    await list.sees('Until somebody had it');
    await list.looksRight();
    await list.goTo('Incidents');
    return undefined;
  });
};

const directed = async ({ steps, pm, detail, list }: Cast): Promise<string> => {
  let messageId = '';
  await steps.step('directed: both show the message, and who has to take it', async () => {
    const message = { subject: 'Fix checkout now', body: 'Every third checkout fails. Roll back or fix forward.' };
    const sent = await pm.message_send({ atpId, toAgent: '@dev', messageType: 'Directive', ...message });
    messageId = sent.message.messageId;
    await Promise.all([list.sees(/@dev to acknowledge/), detail.sees('waits for acknowledgement')]);
    await detail.sees(/in 4 min \d\d s/);
    return undefined;
  });
  return messageId;
};

const pictures = async ({ detail, list }: Pick<Cast, 'detail' | 'list'>): Promise<void> => {
  await detail.picture('incident');
  await list.picture('incidents-phone-dark');
};
