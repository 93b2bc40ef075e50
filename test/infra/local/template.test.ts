import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTemplate, References } from '../../../infra/local/template.ts';
import { givenDirectory } from '../../support/bundle.ts';

const givenReferences = (): References => {
  const references = new References({ 'AWS::Region': 'us-east-1', 'AWS::AccountId': '000000000000' });
  references.add('Table', 'table-1', { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/table-1' });
  return references;
};

/** A placeholder of `Fn::Sub`. */
const held = (name: string): string => ['$', `{${name}}`].join('');

describe('given what the stack has made, when a value of the template is resolved', () => {
  const cases: [unknown, unknown][] = [
    [{ Ref: 'Table' }, 'table-1'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/table-1'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/table-1'],
    [{ 'Fn::Join': ['/', ['integrations', { Ref: 'Table' }]] }, 'integrations/table-1'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, '1'],
    [{ 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    [{ 'Fn::Sub': `assets-${held('AWS::AccountId')}-${held('AWS::Region')}` }, 'assets-000000000000-us-east-1'],
    [{ 'Fn::Sub': `${held('Table.Arn')}/index/*` }, 'arn:aws:dynamodb:us-east-1:000000000000:table/table-1/index/*'],
    [{ 'Fn::Sub': [`${held('Name')}!`, { Name: { Ref: 'Table' } }] }, 'table-1!'],
    [{ 'Fn::Sub': held('!Literal') }, held('Literal')],
    [{ deep: [{ Ref: 'Table' }, 1, null, true] }, { deep: ['table-1', 1, null, true] }],
    [
      { Ref: 'Table', beside: 'something' },
      { Ref: 'Table', beside: 'something' },
    ],
    [{ kept: 1, left: { Ref: 'AWS::NoValue' } }, { kept: 1 }],
    [[{ Ref: 'AWS::NoValue' }, 1], [1]],
  ];
  test.each(cases)('then %j becomes %j', (value, expected) => {
    expect(givenReferences().resolve(value)).toEqual(expected);
  });
});

test.each([
  [{ Ref: 'Vpc' }, 'the template refers to Vpc, which the local stack does not make'],
  [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'the template refers to StreamArn of Table'],
  [{ 'Fn::ImportValue': 'Other' }, 'the template uses Fn::ImportValue, which the local stack does not know'],
])('given %j, which the stack cannot know, when it is resolved, then it is refused by name', (value, message) => {
  expect(() => givenReferences().resolve(value)).toThrow(message);
});

const givenAssembly = (): string => {
  const directory = givenDirectory();
  const put = (name: string, content: object) => writeFileSync(join(directory, name), JSON.stringify(content));
  mkdirSync(join(directory, 'asset.1'));
  put('manifest.json', {
    artifacts: {
      Tree: { type: 'cdk:tree' },
      Plane: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Plane.template.json', stackName: 'plane-1' },
      },
    },
  });
  put('Plane.template.json', { Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable' } } });
  put('Plane.assets.json', { files: { abc: { source: { path: 'asset.1' } } } });
  return directory;
};

test('given an assembly, when it is loaded, then it has the stack’s name, its resources and the directories of its assets', () => {
  const assembly = givenAssembly();
  const template = loadTemplate(assembly);
  expect(template).toMatchObject({
    stackName: 'plane-1',
    resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable' } },
  });
  expect(template.assetDirectory('abc.zip')).toBe(join(assembly, 'asset.1'));
  expect(() => template.assetDirectory('other.zip')).toThrow('the assembly does not hold');
});

test('given no assembly, when it is loaded, then one line says how to make one', () => {
  expect(() => loadTemplate('/nowhere')).toThrow('/nowhere/manifest.json cannot be read: run npm run synth');
});
