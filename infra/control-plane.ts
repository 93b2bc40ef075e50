import { App, type AppProps, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Settings, settingsOf } from './settings.ts';
import { HotfixControlPlane } from './stack.ts';

/**
 * The app with its one stack, not yet synthesized; `app.synth()` then throws on any finding of cdk-nag. Context comes
 * from `props.context` and from the CDK CLI. Throws `BadContext`. `bundles` is what `bundle` answers; a function, so
 * that nothing is bundled for a context that is refused.
 */
export const controlPlane = async (
  bundles: () => Promise<string> | string,
  props: Pick<AppProps, 'context' | 'outdir'> = {},
): Promise<{ app: App; stack: HotfixControlPlane; settings: Settings }> => {
  const app = new App({ analyticsReporting: false, ...props, context: { ...recommendedFlags, ...props.context } });
  const settings = settingsOf(app.node.getAllContext());
  const stack = new HotfixControlPlane(app, { settings, bundles: await bundles() });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack, settings };
};
