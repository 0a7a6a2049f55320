import { isId, RESERVED_PLAN_IDS } from '../kernel/ids.ts';
import { MAX_STEPS } from '../kernel/limits.ts';
import type { Org } from '../kernel/org.ts';
import type { Integrate, Plan, Step } from '../kernel/plan.ts';
import { badTarget } from './branch-name.ts';
import { allowanceIn } from './allowance.ts';
import { canonical } from './canonical.ts';
import { readDocument } from './document.ts';
import { Faults } from './fault.ts';
import type { Fault } from './fault.ts';
import { Fields, given, LINE_CAP, TEXT_CAP } from './fields.ts';
import { warnNotEnforced } from './not-enforced.ts';
import { checkDependencies, checkStepIds } from './plan-graph.ts';
import { checkSeats } from './plan-org.ts';
import { checkCollisions } from './plan-paths.ts';
import { stepAt } from './plan-step.ts';
import { shownText } from './plan-text.ts';
import { checkVersion } from './versions.ts';

export type ReadPlan =
  | { readonly ok: true; readonly plan: Plan; readonly draft: boolean; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What the organisation says where a plan says nothing. */
export interface PlanDefaults {
  readonly target: string;
  readonly integrate: Integrate;
}

const FIELDS = ['plan_id', 'title', 'objective', 'priority', 'target', 'integrate', 'draft', 'brief', 'template', 'department', 'work_type', 'serves', 'budget', 'steps'];
const EXTENSION = /\.plan\.(?:ya?ml|json)$/;
/** Bytes of a plan in canonical JSON: it goes whole into one event, and an entry holds at most 1 MiB. */
const MAX_PLAN_BYTES = 921_600;
const DEFAULT_PREFIX = 'coo';

/** Whether a file in `_plans` is a plan by its name. What begins with a dot is somebody's file in the writing. */
export function isPlanFile(name: string): boolean {
  return EXTENSION.test(name) && !name.startsWith('.');
}

/** Reads a plan: every fault at once, each with its place and a fix. With an organisation, also whether somebody in it could do each step. */
export function readPlan(name: string, bytes: Uint8Array, defaults: PlanDefaults, org?: Org): ReadPlan {
  const read = readDocument(name, bytes, { count: { name: 'step_id', max: MAX_STEPS } });
  if (!read.ok) return read;
  const faults = new Faults(name, read.document.placeOf);
  const { value } = read.document;
  const fields = checkVersion(faults, 'plan', value) ? Fields.of(faults, [], value, 'a plan', FIELDS) : undefined;
  const plan = fields === undefined ? undefined : planOf(fields, defaults, org);
  const draft = fields?.flag('draft') ?? false;
  return plan === undefined || faults.failed ? { ok: false, faults: faults.all } : { ok: true, plan, draft, warnings: faults.all };
}

function planOf(fields: Fields, defaults: PlanDefaults, org: Org | undefined): Plan | undefined {
  const plan_id = planId(fields);
  const title = fields.need('title', 'add title: what the plan is for, in a line') ? shownText(fields, 'title', LINE_CAP) : undefined;
  warnNotEnforced(fields, 'plan');
  const prefix = org?.branch_prefix ?? DEFAULT_PREFIX;
  const rest = {
    objective: shownText(fields, 'objective', TEXT_CAP),
    priority: fields.oneOf('priority', ['low', 'normal', 'high', 'urgent']),
    budget: allowanceIn(fields),
    target: fields.text('target', { cap: 1_024, check: (text) => badTarget(text, prefix) }) ?? defaults.target,
    integrate: fields.oneOf('integrate', ['none', 'merge', 'pull_request']) ?? defaults.integrate,
    brief: shownText(fields, 'brief', TEXT_CAP),
    template: fields.text('template'),
    department: fields.text('department'),
    work_type: fields.text('work_type'),
    serves: fields.texts('serves'),
  };
  const steps = stepsOf(fields, org);
  if (plan_id === undefined || title === undefined || steps === undefined || fields.faults.failed) return undefined;
  const plan: Plan = given({ plan_id, title, ...rest, steps });
  const size = Buffer.byteLength(canonical(plan));
  if (size > MAX_PLAN_BYTES) fields.faults.error('PLAN_TOO_LARGE', '', `the plan has ${String(size)} bytes as it is recorded; at most ${String(MAX_PLAN_BYTES)} are taken`, 'split it, or put long texts into files and name those');
  return plan;
}

function planId(fields: Fields): string | undefined {
  const plan_id = fields.needId('plan_id', 'add plan_id: a short name that no plan had before');
  if (plan_id === undefined || !RESERVED_PLAN_IDS.includes(plan_id.toLowerCase())) return plan_id;
  return fields.error('plan_id', 'PLAN_ID_RESERVED', `the plan id ${plan_id} is coo's own`, 'call the plan something else');
}

function stepsOf(fields: Fields, org: Org | undefined): readonly Step[] | undefined {
  if (!fields.need('steps', 'add steps: what is to be done')) return undefined;
  const raw = fields.raw('steps');
  if (Array.isArray(raw) && raw.length > MAX_STEPS) return fields.error('steps', 'PLAN_TOO_LARGE', `the plan has ${String(raw.length)} steps; at most ${String(MAX_STEPS)} are taken`, 'split it into plans');
  if (Array.isArray(raw) && raw.length === 0) return fields.error('steps', 'PLAN_EMPTY', 'the plan has no steps', 'add one: {step_id: ..., objective: ..., commands: [...]}');
  const items = Array.isArray(raw) ? (raw as readonly unknown[]) : [];
  // Ids and dependencies are judged on what was written, so that a fault elsewhere in a step does not make its id unknown to the others.
  const ids = items.map(idOf);
  checkStepIds(fields.faults, ids);
  const steps = fields.list('steps', MAX_STEPS, (item, at) => stepAt(fields.faults, [...fields.path, ...at], item));
  checkDependencies(fields.faults, items, ids);
  checkCollisions(fields.faults, items);
  if (org !== undefined) checkSeats(fields.faults, items, org);
  return steps;
}

function idOf(item: unknown): string | undefined {
  const id: unknown = typeof item === 'object' && item !== null && Object.hasOwn(item, 'step_id') ? (item as { readonly step_id: unknown }).step_id : undefined;
  return typeof id === 'string' && isId(id) ? id : undefined;
}
