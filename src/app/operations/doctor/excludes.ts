import { exclude, missingExcludes } from '../excludes.ts';
import { needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** Whether git leaves the bus and the mirror alone: without, `git add -A` takes them. */
export const excludesCheck: Check = async ({ world, session }) => {
  if (session?.home === undefined) return needsLedger('excludes');
  const missing = await missingExcludes(world);
  if (missing.length === 0) return [{ check: 'excludes', state: 'ok', message: 'git leaves _bus and _report alone' }];
  const mend = async (): Promise<string> => `${(await exclude(world)).join(', ')} stand in .git/info/exclude`;
  return [{ check: 'excludes', state: 'warn', message: `.git/info/exclude lacks ${missing.join(', ')}: git add -A would take them`, fix: 'coo doctor --repair', mend: { what: 'add the lines', run: mend } }];
};
