import { styleText } from 'node:util';

/** Says what a step found, in a line; more of it may stand below, as it is. Printed once the step holds. */
export type Tell = (line: string, below?: string) => void;

/** A step of the story that did not hold. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

const WHO_WIDTH = 12;
const DOES_WIDTH = 16;

/** Tells a story line by line, each with the time since its beginning, in colour where a person looks on. */
export class Narration {
  readonly #out: NodeJS.WriteStream;
  readonly #started = performance.now();
  #steps = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  get steps(): number {
    return this.#steps;
  }

  get seconds(): string {
    return ((performance.now() - this.#started) / 1000).toFixed(2);
  }

  say(line: string): void {
    this.#out.write(`${line}\n`);
  }

  /** Does it and tells what it found. What it throws is told as what did not hold, and ends the story. */
  async step<Value>(who: string, does: string, act: (tell: Tell) => Promise<Value>): Promise<Value> {
    this.#steps++;
    const found: Parameters<Tell>[] = [];
    try {
      const value = await act((...given) => found.push(given));
      for (const [line, below] of found) this.#tell(who, does, line, below);
      return value;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(who, does, this.#styled('red', `DID NOT HOLD: ${reason}`));
      throw new StepFailed(`step ${this.#steps} did not hold: ${who} ${does}`, { cause: error });
    }
  }

  #tell(who: string, does: string, line: string, below?: string): void {
    const time = this.#styled('gray', `${this.seconds.padStart(6)} s`);
    const actor = this.#styled('bold', who.padEnd(WHO_WIDTH));
    this.say(`${time}  ${actor} ${this.#styled('cyan', does.padEnd(DOES_WIDTH))} ${line}`);
    if (below) this.say(below.trimEnd().replaceAll(/^/gm, this.#styled('gray', '    │ ')));
  }

  #styled(format: 'gray' | 'bold' | 'cyan' | 'red', text: string): string {
    return styleText(format, text, { stream: this.#out });
  }
}
