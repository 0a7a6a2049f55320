import type { Fields } from './fields.ts';

/**
 * What is accepted and kept, and what nothing acts on yet: what does not happen, and what to write meanwhile. Its author is told, so that nobody
 * trusts a gate that is not there. A line goes when its feature comes.
 */
const NOT_ENFORCED = {
  plan: { template: ['nothing is taken from it', 'write its steps out'] },
  step: {
    gates: ['the step is merged whether they hold or not', 'write it as a command: checks: {after: [...]}'],
    approvers: ['the step is merged without their word', 'add a step for a seat with harness: person, and depend on it; or integrate: none'],
    sla: ['nobody is told when it is over', 'set budget: {wall: ...} to end an attempt'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [idle: string, fix: string]>>>>;

/** Warns of every member that says something and changes nothing. */
export function warnNotEnforced(fields: Fields, kind: keyof typeof NOT_ENFORCED): void {
  for (const [name, [idle, fix]] of Object.entries(NOT_ENFORCED[kind])) {
    const value = fields.raw(name);
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    fields.warning(name, 'NOT_ENFORCED', `${name} is accepted, not enforced yet: ${idle}`, fix);
  }
}
