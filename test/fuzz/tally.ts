import type { Answer } from './check.ts';
import { codesOf, type Operation, operations } from './document.ts';

/** Not to be provoked from outside. */
const exempt = ['UNAVAILABLE', 'INTERNAL'];

export type Failure = { operationId: string; faults: readonly string[]; request: object };

/** What was asked and answered, counted. */
export class Tally {
  readonly failures: Failure[] = [];
  requests = 0;
  readonly #seen = new Map<string, Map<string, number>>();

  count({ operationId }: Operation, { status, body }: Answer): void {
    this.requests++;
    const seen = this.#seen.get(operationId) ?? new Map<string, number>();
    this.#seen.set(operationId, seen);
    const code = /"code":"([A-Z_]+)"/.exec(status >= 400 ? body : '')?.[1];
    const name = code ? `${status} ${code}` : String(status);
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }

  /** Documented codes that no answer had. */
  unseen(operation: Operation): string[] {
    const seen = [...(this.#seen.get(operation.operationId)?.keys() ?? [])];
    return codesOf(operation).filter((code) => !exempt.includes(code) && !seen.some((name) => name.endsWith(code)));
  }

  table(): string {
    const rows = operations.map((operation) => {
      const seen = [...(this.#seen.get(operation.operationId) ?? [])].sort();
      const total = seen.reduce((sum, [, count]) => sum + count, 0);
      const counts = seen.map(([name, count]) => `${name} ${count}`).join(', ');
      const unseen = this.unseen(operation);
      return [
        `${operation.operationId.padEnd(18)} ${String(total).padStart(6)}  ${counts}`,
        ...(unseen.length > 0 ? [`${' '.repeat(27)}never: ${unseen.join(', ')}`] : []),
      ].join('\n');
    });
    return rows.join('\n');
  }
}
