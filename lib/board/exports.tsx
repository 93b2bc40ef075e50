import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from './hooks.ts';
import { SignedOut, Unreachable } from './reader.ts';
import { type Form, fileNameOf, forms } from './report.ts';
import { Refusal } from './view.tsx';

/** A browser may begin to save only after the click is over. */
const KEPT_MS = 60_000;

const save = (file: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
};

/** The incident as a file, in either form. */
export const Exports = ({ atpId }: { atpId: string }) => {
  const { report, announce, told } = useSession();
  const [fetching, setFetching] = useState<Form>();
  const [refusal, setRefusal] = useState<string>();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);
  const fetchReport = async (form: Form): Promise<void> => {
    if (fetching) return;
    setFetching(form);
    setRefusal(undefined);
    const name = fileNameOf(atpId, form);
    try {
      save(await report(atpId, form, leaving.current.signal), name);
      announce(`${name} is saved.`);
    } catch (error) {
      if (leaving.current.signal.aborted) return;
      if (error instanceof SignedOut) return told('signed-out');
      setRefusal(error instanceof Unreachable ? 'The service does not answer: try again.' : (error as Error).message);
    }
    setFetching(undefined);
  };
  return (
    <>
      <p class="exports">
        {(Object.keys(forms) as Form[]).map((form) => (
          <button
            key={form}
            type="button"
            aria-disabled={fetching !== undefined}
            onClick={() => void fetchReport(form)}
          >
            {fetching === form ? 'Fetching…' : `Save as ${forms[form].name}`}
          </button>
        ))}
      </p>
      <Refusal detail={refusal} />
    </>
  );
};
