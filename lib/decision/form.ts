import * as z from 'zod/mini';
import { OPTIONS_MOST } from '../flow/question.ts';
import { Refusal } from '../refusal.ts';
import { text } from '../schema.ts';

/** More than a note can be, each of its bytes spelt with three. */
const FORM_LIMIT = 65_536;

const form = z.strictObject({
  option: z.string().check(z.regex(new RegExp(`^[1-${OPTIONS_MOST}]$`), 'one of the options, by its number')),
  note: z.optional(text(4_000)),
});

/** What the form of a question's page says. */
export const readForm = (type: string, body: Buffer): { position: number; note?: string | undefined } => {
  if (body.length > FORM_LIMIT) throw new Refusal('PAYLOAD_TOO_LARGE', 'The form is too long. Nothing was decided.');
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw refused('', 'a form is sent as application/x-www-form-urlencoded');
  const fields = [...new URLSearchParams(body.toString())];
  // A field that is left empty is one that says nothing.
  const said = fields
    .filter(([name, value]) => name !== 'note' || value.trim() !== '')
    // A browser counts a line break of the note as one character, and sends two.
    .map(([name, value]) => [name, value.replaceAll('\r\n', '\n')] as const);
  if (new Set(said.map(([name]) => name)).size < said.length) throw refused('', 'a field stands twice');
  const { data, error } = form.safeParse(Object.fromEntries(said));
  if (data) return { position: Number(data.option) - 1, note: data.note };
  const [issue] = error.issues;
  throw refused(String(issue?.path[0] ?? ''), issue?.message ?? 'not as the page has it');
};

const refused = (path: string, message: string): Refusal =>
  new Refusal('INVALID_INPUT', `The form was refused and nothing was decided: ${path && `${path}: `}${message}.`, {
    issues: [{ path, message }],
  });
