import { onEach } from '../support/callers.ts';
import { Given, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';
import { faultsOf, isOver, secondReviews, type Told, tell } from './stories.ts';

/** Waits until nothing more happens to any of them by itself: what ended otherwise than it had to. */
export const endsOf = async (service: Service, all: readonly Told[], patienceMs: number): Promise<string[]> => {
  const faults: string[] = [];
  let running = all;
  const areOver = async (): Promise<boolean> => {
    const over = await onEach(running, (each) => isOver(service, each));
    running = running.filter((_, position) => !over[position]);
    return running.length === 0;
  };
  await until(areOver, { patienceMs, everyMs: 500 }).catch(() =>
    faults.push(`deadlines of ${running.map(({ atpId }) => atpId).join(', ')} never fired`),
  );
  for (const found of await onEach(all, (each) =>
    faultsOf(service, each).catch((error: Error) => [`${each.atpId}: ${error.message}`]),
  ))
    faults.push(...found);
  return [...faults, ...(await secondReviews(service, all))];
};

/** So many stories, several at once. */
export const tellAll = async (service: Service, count: number, patienceMs: number): Promise<string[]> => {
  const given = new Given(service);
  const numbers = Array.from({ length: count }, (_, number) => number);
  const faults: string[] = [];
  const told = await onEach(numbers, async (number): Promise<Told[]> => {
    try {
      return [await tell(given, service, number)];
    } catch (error) {
      faults.push(`story ${number}: ${error instanceof Error ? error.message : error}`);
      return [];
    }
  });
  return [...faults, ...(await endsOf(service, told.flat(), patienceMs))];
};
