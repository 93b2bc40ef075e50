/** Identity policies of a template, as IAM evaluates them; as much of the language as the template uses, and no more. */

import type { References, Template } from '../../../infra/local/template.ts';
import { resourcesOf } from '../../../infra/local/template.ts';
import { arnOf, type Right } from './rights.ts';

/** One action to one resource, by patterns of IAM. Everything here allows. */
export type Grant = { action: string; resource: string };
/** By the logical id of the function. */
export type Grants = ReadonlyMap<string, readonly Grant[]>;

type Statement = { Effect?: unknown; Action?: string | string[]; Resource?: string | string[] };

/** `*` stands for any text, `?` for one character (IAM user guide, "IAM JSON policy elements: Resource"). */
const matches = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    `s${flags}`,
  ).test(text);

/** Actions in any case, resources exactly (ibid.). */
export const allows = (grant: Grant, { action, resource }: Right): boolean =>
  matches(grant.action, action, 'i') && matches(grant.resource, resource);

/** Throws for what this evaluator does not weigh: a `Deny`, a `Condition`, a `NotAction`. */
export const grantsOf = (statement: Statement): Grant[] => {
  const { Effect, Action, Resource, ...more } = statement;
  const unknown = Object.keys(more).filter((name) => name !== 'Sid');
  if (Effect !== 'Allow' || !Action || !Resource || unknown.length > 0)
    throw new Error(`this statement says more than is weighed here: ${JSON.stringify(statement)}`);
  return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource })));
};

type Policy = { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } };

/** As in an account: groups of the log, which nobody makes here, and tables, to which the engine gives a region of its own. */
const asInAccount = (template: Template, references: References): References => {
  for (const [logicalId] of resourcesOf(template, 'AWS::Logs::LogGroup'))
    references.add(logicalId, logicalId, { Arn: arnOf('logs', `log-group:${logicalId}`) });
  for (const [logicalId] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
    const name = references.ref(logicalId);
    const Arn = arnOf('dynamodb', `table/${name}`);
    references.add(logicalId, name, { Arn, StreamArn: `${Arn}/stream/now` });
  }
  return references;
};

export const functionGrants = (template: Template, made: References): Grants => {
  const references = asInAccount(template, made);
  const policies = resourcesOf(template, 'AWS::IAM::Policy') as unknown as [string, Policy][];
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, { Role }]) => {
      const [role] = (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      const own = policies.filter(([, { Roles }]) => Roles.some(({ Ref }) => Ref === role));
      const statements = own.flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement);
      return [logicalId, references.resolve<Statement[]>(statements).flatMap(grantsOf)];
    }),
  );
};
