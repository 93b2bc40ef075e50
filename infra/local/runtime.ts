/** What runs in the thread of an execution environment: Lambda's runtime, as far as handlers can tell. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { functionArn } from './aws.ts';

export type Deployed = { name: string; directory: string; handler: string; memoryMegabytes: number };
/** Time is given as what is left: a function may have been given another clock. */
export type Invocation = { requestId: string; payload: string; leftMs: number };
export type Completion = { payload?: string; error?: { errorType: string; errorMessage: string } };

type Handler = (event: unknown, context: unknown) => unknown;

const { name, directory, handler, memoryMegabytes } = workerData as Deployed;
const [file = 'index', exported = 'handler'] = handler.split('.');
const path = join(directory, `${file}.mjs`);
const run = (await import(pathToFileURL(path).href))[exported] as Handler | undefined;
if (!run) throw new Error(`${path} exports no ${exported}`);

const contextOf = ({ requestId, leftMs }: Invocation, began = performance.now()): object => ({
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn(name),
  memoryLimitInMB: String(memoryMegabytes),
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => Math.max(0, Math.floor(began + leftMs - performance.now())),
});

const invoke = async (invocation: Invocation): Promise<Completion> => {
  try {
    const result = await run(JSON.parse(invocation.payload), contextOf(invocation));
    return { payload: JSON.stringify(result ?? null) };
  } catch (error) {
    const { name: errorType, message: errorMessage, stack } = error instanceof Error ? error : new Error(String(error));
    const { requestId } = invocation;
    console.error(
      JSON.stringify({ level: 'ERROR', function: name, requestId, errorType, errorMessage, stackTrace: stack }),
    );
    return { error: { errorType, errorMessage } };
  }
};

parentPort?.on('message', async (invocation: Invocation) => parentPort?.postMessage(await invoke(invocation)));
parentPort?.postMessage('ready');
