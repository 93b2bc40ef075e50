/** The page of a question, as HTML that runs no code. What agents wrote stays text, and is told apart from what is ours. */

import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { titleOf } from '../flow/brief.ts';
import { Html, html } from '../html.ts';
import { headersOf } from '../http/answer.ts';
import type { Atp, Decided, Principal, Question } from '../model.ts';
import { beginning, oneLine, plainLines } from '../notify/plain-text.ts';
import { clock } from '../notify/wording.ts';
import type { Refusal } from '../refusal.ts';
import { style } from './style.ts';

/** Nothing but our style is loaded and no code runs; the form goes to this very page, and no other page frames it. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'cache-control': 'no-store',
  // The address is what decides: it goes to no other page.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

const page = (statusCode: number, title: string, content: Html): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers,
  body: html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
<main>
<h1>${title}</h1>
${content}
</main>
</html>
`.text,
});

const who = ({ role, name }: Principal): Html => html`<bdi>${oneLine(name)}</bdi> (${role})`;

const SHOWN_BYTES = 8_192;

const incidentOf = (atp: Atp): Html => html`<h2>The incident</h2>
<dl>
<dt>ATP</dt><dd><a href="/#/atps/${atp.atpId}">${atp.atpId}</a>, ${atp.type}${atp.drill ? ', a DRILL: nothing is broken' : ''}</dd>
<dt>What</dt><dd><bdi>${oneLine(titleOf(atp))}</bdi></dd>
<dt>State</dt><dd>${atp.status}, ${atp.priority}</dd>
<dt>Since</dt><dd>${clock(atp.createdAt)}</dd>
<dt>Who has it</dt><dd>${atp.owner ? who(atp.owner) : 'nobody'}</dd>
</dl>`;

const whatIsAsked = ({ subject, body, sentAt, sentBy }: Question): Html => html`<h2>What ${sentBy.role} asks</h2>
<p>${who(sentBy)} wrote at ${clock(sentAt)}:</p>
<blockquote><strong><bdi>${oneLine(subject)}</bdi></strong>
${plainLines(beginning(body, SHOWN_BYTES)).join('\n')}${
  Buffer.byteLength(body) > SHOWN_BYTES &&
  html`
[…] <em>It goes on: the board shows all of it.</em>`
}</blockquote>`;

type Shown = { atp: Atp; question: Question };

/** A click on one of its buttons decides; to open it changes nothing. */
export const choicePage = ({ atp, question }: Shown, address: string): APIGatewayProxyStructuredResultV2 =>
  page(
    200,
    'Decide',
    html`${incidentOf(atp)}
${whatIsAsked(question)}
<form method="post" action="${address}">
<fieldset>
<legend>Your decision</legend>
<p>One click decides, once, and tells ${question.fromAgent}. Until ${clock(question.linkExpiresAt ?? '')}.</p>
<label for="note">A word to ${question.fromAgent}, if you like</label>
<textarea id="note" name="note" maxlength="4000"></textarea>
${question.options.map((option, position) => choice(option, position, option === question.recommendation))}
</fieldset>
</form>`,
  );

const choice = (option: string, position: number, isRecommended: boolean): Html =>
  html`<button name="option" value="${position + 1}"${isRecommended && html` class="recommended"`}><bdi>${oneLine(option)}</bdi>${isRecommended && html`<small>recommended by whoever asks</small>`}</button>
`;

export const decidedPage = (
  { atp, question }: Shown,
  { option, decidedAt, decidedBy }: Decided,
): APIGatewayProxyStructuredResultV2 =>
  page(
    200,
    'Decided',
    html`<p><strong><bdi>${oneLine(option)}</bdi></strong>, by ${who(decidedBy)} at ${clock(decidedAt)}. ${question.fromAgent} has been told.</p>
<p>This link decides nothing any more. To say otherwise, send a Decision, or tell ${question.fromAgent} yourself.</p>
${whatIsAsked(question)}
${incidentOf(atp)}`,
  );

/** What was refused, and why. */
export const refusalPage = (refusal: Refusal, requestId: string): APIGatewayProxyStructuredResultV2 => {
  // The answer to a write may be lost, and the write not.
  const isUncertain = refusal.status >= 500;
  const answer = page(
    refusal.status,
    refusal.code === 'ALREADY_EXISTS' ? 'Decided before' : isUncertain ? 'Not certain' : 'Nothing was decided',
    html`<p>${isUncertain ? 'It is not certain whether this was decided. Open the link again: it shows what holds.' : refusal.message}</p>
<footer>${refusal.code}, request ${requestId}. <a href="/">The board</a></footer>`,
  );
  return { ...answer, headers: { ...headers, ...headersOf(refusal) } };
};
