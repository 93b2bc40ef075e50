/** The CDK app of `npm run synth` and `npm run deploy`. It bundles first, so what is deployed is what is here. */
import { bundle } from './bundle.ts';
import { controlPlane } from './control-plane.ts';
import { BadContext } from './settings.ts';

try {
  const { app } = await controlPlane(bundle);
  app.synth();
} catch (error) {
  if (!(error instanceof BadContext)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
