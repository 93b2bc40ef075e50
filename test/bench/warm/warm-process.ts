import { fork } from 'node:child_process';
import { once } from 'node:events';
import { repeat } from '../cold/build.ts';
import { type Answer, argumentsOf, isDone, type Subject } from '../cold/process.ts';

/** A process in which the subject stays loaded. */
export type WarmProcess = {
  /** Makes so many calls, one after the other; milliseconds of each. */
  call: (calls: number) => Promise<number[]>;
  end: () => Promise<void>;
};

type Said = { times: number[]; answer: Answer };

export const startWarm = (subject: Subject, environment: Record<string, string>): WarmProcess => {
  const child = fork(repeat, argumentsOf(subject), { env: environment, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  // Its log is taken, as Lambda does.
  child.stdout?.resume();
  const exited = once(child, 'exit');
  const call = async (calls: number): Promise<number[]> => {
    const said = once(child, 'message') as Promise<[Said]>;
    child.send(calls);
    const gone = exited.then(([code]) => {
      throw new Error(`${subject.name} ended with ${code}`);
    });
    const [{ times, answer }] = await Promise.race([said, gone]);
    if (!isDone(answer)) throw new Error(`${subject.name} did not do it: ${JSON.stringify(answer).slice(0, 2_000)}`);
    return times;
  };
  const end = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  return { call, end };
};
