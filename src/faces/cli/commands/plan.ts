import type { Define } from '../command.ts';
import { examples } from '../command.ts';
import { definePlanAdd, definePlanLint, definePlanNew } from './plan-files.ts';
import { definePlanAmend, definePlanCancel, definePlanList, definePlanShow, definePlanStart } from './plan-ledger.ts';

/** `coo plan`: what is wanted, from a file to its end. */
export const definePlan: Define = (program, act) => {
  const command = program.command('plan').description('what is wanted: write, check, bring in, look at, call off').addHelpText('after', examples('coo plan new hello', 'coo plan lint', 'coo plan start hello', 'coo plan amend hello'));
  for (const define of [definePlanNew, definePlanLint, definePlanAdd, definePlanStart, definePlanAmend, definePlanList, definePlanShow, definePlanCancel]) define(command, act);
};
