import type { Finding } from '../kernel/event.ts';

/** Whether a finding says that an attempt took more than it may: nobody failed, no further attempt is made, and a person says whether it may be more. */
export function isOverBudget({ code }: Pick<Finding, 'code'>): boolean {
  return code.startsWith('BUDGET_') || code === 'DISK_CAP';
}
