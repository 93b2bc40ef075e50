import assert from 'node:assert/strict';

/** A line for each step, and how many held. A step that fails does not end the run: the ones after it may still tell why. */
export class Steps {
  passed = 0;
  failed = 0;

  async step(name: string, holds: () => Promise<string | undefined>): Promise<void> {
    try {
      const shown = await holds();
      this.passed += 1;
      console.log(`ok      ${name}${shown ? `: ${shown}` : ''}`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** What a step needs that an earlier one was to leave. */
export const given = <Value>(value: Value | undefined, what: string): Value => {
  assert(value !== undefined, `${what} is missing: an earlier step failed`);
  return value;
};
