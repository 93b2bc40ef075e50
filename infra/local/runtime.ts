/** One execution environment: a worker with the function's own environment variables and module state. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

export type Deployed = { name: string; directory: string; handler: string };
export type Invocation = { id: number; requestId: string; event: unknown; deadline: number };
export type Completion = { id: number; payload?: string; error?: { errorType: string; errorMessage: string } };

const { name, directory, handler } = workerData as Deployed;
const [file = 'index', exported = 'handler'] = handler.split('.');

const loaded = import(pathToFileURL(join(directory, `${file}.mjs`)).href) as Promise<
  Record<string, (event: unknown, context: unknown) => unknown>
>;

const invoke = async ({ id, requestId, event, deadline }: Invocation): Promise<Completion> => {
  try {
    const run = (await loaded)[exported];
    if (!run) throw new Error(`${file}.mjs exports no ${exported}`);
    const result = await run(event, {
      functionName: name,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    return { id, payload: JSON.stringify(result ?? null) };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { errorType, errorMessage } };
  }
};

parentPort?.on('message', async (invocation: Invocation) => parentPort?.postMessage(await invoke(invocation)));
