import { type Issue, Refusal } from '../refusal.ts';

/** As many faults as tell a sender what is wrong; a body may hold a hundred thousand. */
const ISSUES_LIMIT = 100;

/** A payload that is not what its source sends. The one thing that an adapter throws, but for the Events API v2. */
export class MalformedPage extends Refusal {
  constructor(what: string, issues: readonly Issue[] = []) {
    const said = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).slice(0, 3);
    super('INVALID_INPUT', `${[`The page was refused and nothing was changed: ${what}`, ...said].join('; ')}.`, {
      issues: issues.slice(0, ISSUES_LIMIT),
    });
  }
}
