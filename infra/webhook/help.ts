import { webhookEvents } from '../../lib/model.ts';

export const HELP = `Endpoints that are told what happened (docs/webhooks.md), where webhooks are on.

  npm run webhook -- create --url https://hooks.example.com/atp [--events atp.opened,atp.closed]
  npm run webhook -- list
  npm run webhook -- rotate <id> [--overlap 24]
  npm run webhook -- revoke <id>
  npm run webhook -- test <id>

Which stack
  (nothing)           the local stack that npm start runs, from .local/stack.json
  --data DIR          a local stack with another data directory
  --table NAME        a table in an AWS account, with the usual credentials (AWS_PROFILE, SSO, ...)
  --region REGION     its region, unless AWS_REGION or the profile names it
  --parameters PREFIX where the secrets lie: the output WebhookParameterPrefix of the stack
                      (default /HotfixControlPlane/webhooks)

Creating
  --url URL           https, port 443 or from 1024, at a public address; for the local stack this machine too, and http
  --events LIST       which, with commas: ${webhookEvents.join(' ')} (default all)

Rotating
  --overlap HOURS     until the old secret ends (default 24): both sign meanwhile

Testing posts an event of type webhook.test from this machine, signed, and says what was answered.
`;
