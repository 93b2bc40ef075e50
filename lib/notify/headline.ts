/** The two short forms of a notice: the subject of an email, and an SMS. */

import { type Alphabet, ascii, fitting, gsm7, inAlphabet, room } from './alphabet.ts';
import { isDrill, type Outgoing } from './outgoing.ts';
import { disarmed, oneLine } from './plain-text.ts';
import { wordingOf } from './wording.ts';

/** SNS takes subjects of less than 100 characters, ASCII in all its regions (SNS API reference, Publish). */
const SUBJECT_LIMIT = 99;
/**
 * Septets of an SMS in one part (3GPP TS 23.040), less what SNS puts before it: up to 10 characters of the topic's
 * display name, and `> ` ("Publishing to a topic", Amazon SNS developer guide).
 */
const SMS_LIMIT = 160 - 12;
/** With less room than this, what an agent said is left out: a fragment helps nobody. */
const WORTH_SAYING = 12;

/** `[.]` takes five septets, `(.)` three; and a subject has no room to spare either. */
const disarmedBriefly = (text: string): string => disarmed(text).replace(/\[(\.|:|:\/\/)\]/g, '($1)');

const headingOf = ({ atpId, messageType, brief, options }: Outgoing): string => {
  const kind =
    messageType === 'Escalation'
      ? options
        ? 'QUESTION'
        : 'ESCALATION'
      : messageType === 'EmergencyDirective'
        ? 'EMERGENCY'
        : brief.type.toUpperCase();
  const status = messageType === 'HITLNotification' ? ` ${brief.status}` : '';
  return `${kind} ${disarmedBriefly(atpId)}${status}`;
};

/** What the sender put at the head, as far as the alphabet can say it. */
const saidIn = (alphabet: Alphabet, { subject, brief }: Outgoing): string => {
  const spelt = [subject, brief.title].map((text) => disarmedBriefly(inAlphabet(oneLine(text), alphabet)));
  return spelt.find((text) => /[\p{L}\p{N}]/u.test(text)) ?? 'see the text';
};

/** Mail programs decode `=?charset?B?...?=` in a subject into whatever it hides (RFC 2047). */
const withoutEncodedWords = (text: string): string => text.replaceAll('=?', '= ?');

export const subjectOf = (message: Outgoing): string => {
  const head = `[${message.priority.slice(0, 2)}${isDrill(message) ? ' DRILL' : ''}] ${headingOf(message)}`;
  const said = withoutEncodedWords(saidIn(ascii, message));
  const left = SUBJECT_LIMIT - `${head}: `.length;
  return left < WORTH_SAYING ? fitting(head, SUBJECT_LIMIT, ascii) : `${head}: ${fitting(said, left, ascii)}`;
};

/** One part of GSM-7. What the sender said stands in quotation marks, the rest is ours. */
export const smsOf = (message: Outgoing): string => {
  const { short } = wordingOf(message);
  const drill = isDrill(message) ? 'DRILL ' : '';
  const head = `${drill}${message.priority.slice(0, 2)} ${headingOf(message)}: ${short.happened}`;
  const said = saidIn(gsm7, message).replaceAll('"', "'");
  for (const tail of [` ${short.asked}`, '']) {
    const left = SMS_LIMIT - room(`${head}: ""${tail}`, gsm7);
    if (left >= WORTH_SAYING) return `${head}: "${fitting(said, left, gsm7)}"${tail}`;
  }
  return fitting(head, SMS_LIMIT, gsm7);
};
