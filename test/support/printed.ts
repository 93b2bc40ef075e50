import { vi } from 'vitest';
import { type Line, metricsIn } from './emf.ts';

/** Takes all that functions print while they run in this process. One for each test file, and its tests one by one. */
export class Printed {
  #text = '';

  constructor() {
    for (const output of [process.stdout, process.stderr])
      vi.spyOn(output, 'write').mockImplementation((chunk) => {
        this.#text += String(chunk);
        return true;
      });
  }

  get text(): string {
    return this.#text;
  }

  get lines(): Line[] {
    return this.#text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }

  /** Every value that was measured, in order: `Closed{type=hotfix}` and the value. */
  get metrics(): [metric: string, value: number][] {
    return this.lines.flatMap((line) => Object.entries(metricsIn(line)));
  }

  /** The names of what was measured, in order. */
  get measured(): string[] {
    return this.metrics.map(([metric]) => metric);
  }

  forget(): void {
    this.#text = '';
  }
}
