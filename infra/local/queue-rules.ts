/** What SQS refuses of messages to be sent, and the emulator takes (SQS API reference, `SendMessage`). */

type Entry = { Id?: string; DelaySeconds?: number; MessageBody?: string };
export type Refusal = { code: string; message: string };
type FailedEntry = { Id: string | undefined; SenderFault: true; Code: string; Message: string };

/** Fifteen minutes. */
const DELAY_LIMIT = 900;

const refusalOf = ({ DelaySeconds = 0 }: Entry): Refusal | undefined => {
  if (DelaySeconds >= 0 && DelaySeconds <= DELAY_LIMIT) return undefined;
  const message = `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${DELAY_LIMIT}.`;
  return { code: 'InvalidParameterValue', message };
};

export type Ruling =
  | { kind: 'refused'; refusal: Refusal }
  /** What may be sent, and which entries of a batch may not. */
  | { kind: 'passes'; request: object; failed: FailedEntry[] };

/** Holds the rules over a `SendMessage` or a `SendMessageBatch`, whose entries stand or fall one by one. */
export const rule = (request: Entry & { Entries?: Entry[] }): Ruling => {
  const { Entries } = request;
  if (!Entries) {
    const refusal = refusalOf(request);
    return refusal ? { kind: 'refused', refusal } : { kind: 'passes', request, failed: [] };
  }
  const failed = Entries.flatMap((entry): FailedEntry[] => {
    const refusal = refusalOf(entry);
    return refusal ? [{ Id: entry.Id, SenderFault: true, Code: refusal.code, Message: refusal.message }] : [];
  });
  const sendable = Entries.filter((entry) => !refusalOf(entry));
  return { kind: 'passes', request: { ...request, Entries: sendable }, failed };
};
