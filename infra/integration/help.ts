import { callerRoles, pagerSources } from '../../lib/model.ts';

export const HELP = `Sources of pages: what lets them in, and where their pages lead.

  npm run integration -- create --source alertmanager --service checkout --environment production
  npm run integration -- list
  npm run integration -- rotate <id> [--overlap 24]
  npm run integration -- revoke <id>
  npm run integration -- test <id> [--credential -]

Which stack
  (nothing)           the local stack that npm start runs, from .local/stack.json
  --data DIR          a local stack with another data directory
  --table NAME        a table in an AWS account, with the usual credentials (AWS_PROFILE, SSO, ...)
  --region REGION     its region, unless AWS_REGION or the profile names it
  --url URL           the API: the output ApiUrl of the stack
  --parameters PREFIX where the secrets of what signs lie: the output ParameterPrefix of the stack
                      (default /HotfixControlPlane/integrations)

Creating
  --source SOURCE     ${pagerSources.join(' ')}
  --service NAME      what a page is about that does not say
  --environment NAME  where it is that does not say; only production and prod lead to a hotfix
  --role ROLE         who is directed: ${callerRoles.join(' ')} (default @dev)
  --rules FILE        where pages lead, as a JSON list: the first rule that fits decides (docs/pagers.md)
  --drill             all that it opens is an exercise
  --hmac              grafana signs, in place of a bearer token
  --topic ARN         cloudwatch: a topic whose messages are taken; may be given more than once. Without any only AWS's
                      own invocations of the function are
  --secret -          the secret that the source made, read from standard input

Rotating
  --overlap HOURS     until the old credential ends (default 24)
  --secret -          as above: PagerDuty shows its secret when the webhook is made, which takes the URL first

Testing sends the source's own test page through its door. It opens what its routing says, as every page does: --drill
makes it an exercise.
  --credential TEXT   the credential to send it with; - reads it from standard input. What signs needs none
`;
