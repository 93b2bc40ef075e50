import type { SSMClient } from '@aws-sdk/client-ssm';
import { openParameterStore, readParameter } from '../parameter-store.ts';

/** A key that was deleted, to be made anew, is forgotten everywhere after this long. */
const KEPT_MS = 60_000;
/** That there is none is soon untrue, and asked by whoever makes links up. */
const KEPT_NONE_MS = 1_000;

/**
 * The key that signs the links of questions: 256 random bits in base64, in the `SecureString` of Parameter Store that has
 * this name. Undefined where there is none: nothing was ever signed.
 */
export type LinkKey = { ssm: SSMClient; name: string; read: () => Promise<string | undefined>; forget: () => void };

export const openLinkKey = (name: string): LinkKey => {
  const ssm = openParameterStore();
  let kept: { key: string | undefined; until: number } | undefined;
  const read = async (): Promise<string | undefined> => {
    if (kept && Date.now() < kept.until) return kept.key;
    const key = wholeKey(await readParameter(ssm, name));
    kept = { key, until: Date.now() + (key === undefined ? KEPT_NONE_MS : KEPT_MS) };
    return key;
  };
  const forget = (): void => {
    kept = undefined;
  };
  return { ssm, name, read, forget };
};

export const KEY_BYTES = 32;
/** What is no key signs nothing and verifies nothing: with one that is empty or short, anybody could sign. */
const wholeKey = (text = ''): string | undefined =>
  Buffer.from(text, 'base64').length === KEY_BYTES ? text : undefined;
