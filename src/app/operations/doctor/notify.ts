import { readMark } from '../../notify/mark.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';

/** Whether the programs that tell people are there, and took what they were last told. */
export const notifyCheck: Check = async ({ session, machine, world }) => {
  if (session === undefined) return needsLedger('notify');
  const programs = (session.state.org?.notify ?? []).map(([program]) => program ?? '');
  if (programs.length === 0) return [{ check: 'notify', state: 'ok', message: 'nobody is told of anything: notify in coo.yaml names no program' }];
  const missing = programs.filter((program) => machine.program(program) === undefined);
  const failed = (await readMark(world))?.failed ?? [];
  const found: readonly Found[] = [
    ...missing.map((program): Found => ({ check: 'notify', state: 'bad', message: `${program} of notify is not on the PATH`, fix: 'install it, or write its whole path' })),
    ...failed.filter(({ program }) => programs.includes(program) && !missing.includes(program)).map(({ program, at, why }): Found => ({ check: 'notify', state: 'warn', message: `${program} did not take its last notice (${at}): ${why}`, fix: 'coo notify sends a sample' })),
  ];
  return found.length > 0 ? found : [{ check: 'notify', state: 'ok', message: `${String(programs.length)} programs tell people` }];
};
