import { type CallerRole, callerRoles } from '../lib/model.ts';

/** The role that `--role` names; the `@` and the case do not matter. */
export const roleOf = (text: string | undefined): CallerRole => {
  const wanted = `@${text?.toLowerCase().replace(/^@/, '')}`;
  const role = callerRoles.find((known) => known === wanted);
  if (!role) throw new Error(`--role ${text ?? 'is missing'}: one of ${callerRoles.join(' ')}`);
  return role;
};
