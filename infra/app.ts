/** The CDK app: `npm run synth`, `npm run deploy`, `npx cdk diff`. Bundles first, so what is deployed is what is here. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundle } from './bundle.ts';
import { BadContext, settingsOf } from './settings.ts';
import { HotfixControlPlane } from './stack.ts';

const app = new App({ analyticsReporting: false });
try {
  const settings = settingsOf(app.node.getAllContext());
  new HotfixControlPlane(app, { settings, bundles: await bundle() });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof BadContext)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
