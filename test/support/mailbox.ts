import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN_ID = /^ *Message +(msg_[A-Za-z0-9._-]+_[0-9A-HJKMNP-TV-Z]{26})(?:,|$)/gm;

/** What the subscribers of a stack's topics got, as its `outbox` holds it. */
export type Mailbox = {
  /** The message of each email that is of one, as often as it came. */
  single: string[];
  /** The messages of each digest. */
  digests: string[][];
  /** The text of each SMS. */
  sms: string[];
};

export const mailboxOf = ({ data }: { data: string }): Mailbox => {
  const directory = join(data, 'outbox');
  const texts = (kind: string): string[] =>
    (existsSync(directory) ? readdirSync(directory) : [])
      .filter((name) => name.includes(`-${kind}-`) && name.endsWith('.txt'))
      .sort()
      .map((name) => readFileSync(join(directory, name), 'utf8'));
  const ids = (email: string): string[] => [...email.matchAll(SHOWN_ID)].flatMap(([, id]) => id ?? []);
  const { true: digests = [], false: single = [] } = Object.groupBy(
    texts('email'),
    (email) => `${/^Subject: (\[DRILL\] )?Hotfix digest: /m.test(email)}` as const,
  );
  return { single: single.flatMap(ids), digests: digests.map(ids), sms: texts('sms') };
};
