import type { EngineRequest } from './engine-proxy.ts';

/** The attributes of an item that the condition of its update names, the parts of a path each. */
export const conditioned = ({ input }: EngineRequest, { pk }: { pk: string }): string[] => {
  type Update = {
    Key: { pk: { S: string } };
    ConditionExpression: string;
    ExpressionAttributeNames: Record<string, string>;
  };
  const actions = input.TransactItems as { Update?: Update }[];
  const update = actions.map(({ Update }) => Update).find((each) => each?.Key.pk.S === pk);
  const named = update?.ConditionExpression.match(/#\d+/g) ?? [];
  return named.flatMap((name) => update?.ExpressionAttributeNames[name] ?? []).filter((name) => name !== 'pk');
};
