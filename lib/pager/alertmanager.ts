import { alertGroupPage } from './alert-group.ts';
import type { Intake } from './page.ts';

/** Webhook v4 of Alertmanager. It has no acknowledgement, no delivery id and no signature: its door wants a token. */
export const alertmanagerIntake = (payload: unknown): Intake => [alertGroupPage(payload)];
