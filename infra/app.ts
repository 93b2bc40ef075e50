/** The CDK app of `npm run synth` and `npm run deploy`. It bundles first, so what is deployed is what is here. */
import { bundle } from './bundle.ts';
import { controlPlane } from './control-plane.ts';
import { BadContext } from './settings.ts';

try {
  const { app, settings } = await controlPlane(bundle);
  app.synth();
  const unheard = (['hitl', 'operations'] as const).filter((topic) => settings.subscribers[topic].length === 0);
  if (unheard.length > 0) console.warn(`The context names nobody to hear of: ${unheard.join(', ')} (docs/deploy.md).`);
} catch (error) {
  if (!(error instanceof BadContext)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
