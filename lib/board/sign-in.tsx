import { useEffect, useRef, useState } from 'preact/hooks';
import type { ListAnswer } from './answers.ts';
import { readerFor, SignedOut } from './reader.ts';
import { isToken } from './session.ts';

type Given = { reason: string | undefined; onToken: (token: string) => void };

/** Takes a token, once it was seen to be good. */
export const SignIn = ({ reason, onToken }: Given) => {
  const [said, setSaid] = useState(reason);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Hotfix board';
    field.current?.focus();
  }, []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    setBusy(true);
    const refusal = await refusalOf(token);
    setBusy(false);
    if (refusal === undefined) return onToken(token);
    setSaid(refusal);
    field.current?.select();
  };

  return (
    <main class="sign-in" id="main">
      <h1>Hotfix board</h1>
      <form onSubmit={submit}>
        <label for="token">Token</label>
        <input
          ref={field}
          id="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          aria-describedby="hint said"
        />
        <p id="hint" class="quiet">
          Begins with atp_. It is kept for this tab only, until it is closed or you sign out.
        </p>
        <p id="said" role="alert" class="refusal">
          {said}
        </p>
        <button type="submit" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
};

const refusalOf = async (token: string): Promise<string | undefined> => {
  if (!isToken(token)) return 'This is no token: it begins with atp_ and has no spaces.';
  try {
    await readerFor(token)<ListAnswer>('/atps', { signal: AbortSignal.timeout(15_000), query: { limit: 1 } });
    return undefined;
  } catch (error) {
    return error instanceof SignedOut
      ? 'This token is unknown, expired or revoked.'
      : 'The service does not answer. Try again.';
  }
};
