import type { Step } from '../kernel/plan.ts';
import { MOST_LINES, MOST_TOKENS, MOST_USD } from './allowance.ts';
import { commandsIn } from './commands.ts';
import type { Faults, PathPart } from './fault.ts';
import { badId, Fields, given, TEXT_CAP } from './fields.ts';
import { warnNotEnforced } from './not-enforced.ts';
import { badEnvName } from './env-name.ts';
import { badInput, badProduct, badScope } from './plan-paths.ts';
import { shownText } from './plan-text.ts';

const FIELDS = [
  'step_id', 'objective', 'role', 'seat', 'depends_on', 'commands', 'prompt', 'inputs', 'outputs', 'expected_receipts', 'checks', 'gates', 'approvers', 'scope', 'rollback', 'sla', 'budget', 'retry', 'env', 'lease',
];
const MAX_DEPENDENCIES = 2_000;
const MOST_RETRIES = 20;
const LEAST_LEASE_MS = 100;

/** One step of a plan; undefined, with faults, when it cannot be read. What it says of other steps is judged elsewhere. */
export function stepAt(faults: Faults, at: readonly PathPart[], item: unknown): Step | undefined {
  const fields = Fields.of(faults, at, item, 'a step', FIELDS);
  if (fields === undefined) return undefined;
  const step_id = fields.needId('step_id');
  const objective = fields.need('objective', 'add objective: what is to be done, and when it is done') ? shownText(fields, 'objective', TEXT_CAP) : undefined;
  const rest = {
    role: fields.id('role'),
    seat: fields.id('seat'),
    depends_on: fields.texts('depends_on', { check: badId, cap: TEXT_CAP }, MAX_DEPENDENCIES),
    commands: commandsIn(fields, 'commands'),
    prompt: shownText(fields, 'prompt', TEXT_CAP),
    inputs: fields.texts('inputs', { check: badInput, cap: TEXT_CAP }),
    outputs: fields.texts('outputs', { check: badProduct, cap: TEXT_CAP }),
    expected_receipts: fields.texts('expected_receipts', { check: badProduct, cap: TEXT_CAP }),
    checks: checksOf(fields.inner('checks', ['before', 'after'])),
    gates: fields.texts('gates', { cap: 4_096 }),
    approvers: fields.texts('approvers'),
    scope: fields.texts('scope', { check: badScope, cap: TEXT_CAP }),
    rollback: commandsIn(fields, 'rollback'),
    sla_ms: fields.duration('sla'),
    budget: budgetOf(fields.inner('budget', ['wall', 'tokens', 'usd', 'lines'])),
    retry: retryOf(fields.inner('retry', ['max', 'non_retryable'])),
    env: fields.texts('env', { check: badEnvName }),
    lease_ms: fields.duration('lease', LEAST_LEASE_MS),
  };
  emptyLists(fields);
  warnNotEnforced(fields, 'step');
  return step_id === undefined || objective === undefined ? undefined : given({ step_id, objective, ...rest });
}

/** An empty list of commands or scope reads like "nothing to run" or "nothing may change", which nobody means. */
function emptyLists(fields: Fields): void {
  const empty = (name: string): boolean => Array.isArray(fields.raw(name)) && (fields.raw(name) as readonly unknown[]).length === 0;
  if (empty('commands')) fields.error('commands', 'COMMANDS_EMPTY', 'commands is an empty list', 'add a command; for an agent or a person, leave commands out and write a prompt');
  if (empty('scope')) fields.error('scope', 'SCOPE_EMPTY', 'scope is an empty list, so the step may change nothing', 'name what it may change: ["src/**"]; leave scope out for everything');
}

function checksOf(fields: Fields | undefined): Step['checks'] {
  return fields === undefined ? undefined : given({ before: commandsIn(fields, 'before'), after: commandsIn(fields, 'after') });
}

function budgetOf(fields: Fields | undefined): Step['budget'] {
  if (fields === undefined) return undefined;
  return given({ wall_ms: fields.duration('wall'), tokens: fields.number('tokens', 1, MOST_TOKENS), usd: fields.number('usd', 0, MOST_USD, false), lines: fields.number('lines', 1, MOST_LINES) });
}

function retryOf(fields: Fields | undefined): Step['retry'] {
  return fields === undefined ? undefined : given({ max: fields.number('max', 0, MOST_RETRIES), non_retryable: fields.texts('non_retryable', { cap: 128 }) });
}
