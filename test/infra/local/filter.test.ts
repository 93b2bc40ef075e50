import { describe, expect, test } from 'vitest';
import { type Pattern, passes, patternOf } from '../../../infra/local/filter.ts';

const event = {
  eventName: 'MODIFY',
  dynamodb: {
    NewImage: { kind: { S: 'Directive' }, outbox: { S: 'OUTBOX#1' }, absent: { NULL: true } },
    SizeBytes: 42,
  },
  tags: ['one', 'two'],
};

/** Rules of "Event filtering", Lambda developer guide. */
const cases: [Pattern, boolean][] = [
  [{ eventName: ['MODIFY'] }, true],
  [{ eventName: ['INSERT'] }, false],
  [{ eventName: ['INSERT', 'MODIFY'] }, true],
  [{ eventName: ['INSERT'], dynamodb: { SizeBytes: [42] } }, false],
  [{ dynamodb: { NewImage: { outbox: { S: [{ exists: true }] } } } }, true],
  [{ dynamodb: { OldImage: { outbox: { S: [{ exists: true }] } } } }, false],
  [{ dynamodb: { OldImage: { outbox: { S: [{ exists: false }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ prefix: 'Dir' }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ prefix: 'Hand' }, { suffix: 'ive' }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ 'equals-ignore-case': 'directive' }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ 'anything-but': 'Directive' }] } } } }, false],
  [{ dynamodb: { NewImage: { kind: { S: [{ 'anything-but': ['Handoff', 'Update'] }] } } } }, true],
  [{ dynamodb: { NewImage: { kind: { S: [{ 'anything-but': { prefix: 'Dir' } }] } } } }, false],
  [{ dynamodb: { SizeBytes: [{ numeric: ['>', 10, '<=', 42] }] } }, true],
  [{ dynamodb: { SizeBytes: [{ numeric: ['<', 42] }] } }, false],
  [{ tags: ['two'] }, true],
  [{ tags: ['three'] }, false],
  [{ missing: [null] }, false],
  [{ $or: [{ eventName: ['INSERT'] }, { dynamodb: { SizeBytes: [42] } }] }, true],
];

describe('given a pattern, when an event is held against it', () => {
  test.each(cases)('then %j lets it through: %s', (pattern, expected) => {
    expect(passes([pattern], event)).toBe(expected);
  });
});

test('given several patterns, when one of them fits, then the event passes; given none, every event does', () => {
  expect(passes([{ eventName: ['INSERT'] }, { eventName: ['MODIFY'] }], event)).toBe(true);
  expect(passes([], event)).toBe(true);
});

test.each([
  [{ eventName: 'MODIFY' }, 'ends in no list of rules'],
  [{ eventName: [{ wildcard: 'M*' }] }, 'compares by wildcard'],
  [{ $or: [{ eventName: [{ cidr: '10.0.0.0/8' }] }] }, 'compares by cidr'],
])('given the pattern %j, when it is read, then it is refused by name and never guessed', (pattern, reason) => {
  expect(() => patternOf(JSON.stringify(pattern))).toThrow(reason);
});

test.each(cases)('given the pattern %j, when it is read, then it is taken', (pattern) => {
  expect(patternOf(JSON.stringify(pattern))).toEqual(pattern);
});
