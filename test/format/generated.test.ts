import { expect, it } from 'vitest';
import type { Linted } from '../../src/app/operations/plans.ts';
import type { Explanation } from '../../src/app/operations/explain.ts';
import type { Collected } from '../../src/app/operations/gc.ts';
import type { Initialised } from '../../src/app/operations/init.ts';
import type { Verified } from '../../src/app/verify/verify.ts';
import type { StatusView as Status } from '../../src/faces/cli/status-view.ts';
import type { Entry } from '../../src/format/entry.ts';
import type { EntryEvent, EntryFile, EntryInput, EntryOrg, EntryPlan, EntryStep, ExplainView, GcView, InitView, LintView, OrderFile, RunFile, StatusView, VerifyView } from '../../src/format/generated/types.ts';
import type { Order } from '../../src/format/order.ts';
import type { RecordedInput } from '../../src/format/record-input.ts';
import type { Run } from '../../src/format/run.ts';
import type { Event } from '../../src/kernel/event.ts';
import type { Org } from '../../src/kernel/org.ts';
import type { Plan, Step } from '../../src/kernel/plan.ts';
import { loadShapes } from '../../src/format/validate.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { ORDER, RUN } from './samples.ts';

/** A type with all of it written out: read-only, without intersections and names, so that two can be compared. */
type Plain<T> = T extends readonly (infer Item)[] ? readonly Plain<Item>[] : T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
/** `true` only where both are the very same, optional members included. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;
/** Which kinds of a union differ: what the compiler shows when one does. */
type Differing<A extends { readonly type: string }, B extends { readonly type: string }> = {
  [K in A['type'] | B['type']]: Same<Extract<A, { readonly type: K }>, Extract<B, { readonly type: K }>> extends true ? never : K;
}[A['type'] | B['type']];

/** Does not compile where a schema and the type that the code uses say different things. */
interface Agreed {
  readonly events: [Differing<EntryEvent, Event>] extends [never] ? true : Differing<EntryEvent, Event>;
  readonly inputs: [Differing<EntryInput, RecordedInput>] extends [never] ? true : Differing<EntryInput, RecordedInput>;
  readonly entry: Same<Omit<EntryFile, 'digest' | 'signature' | 'events' | 'inputs'>, Omit<Entry, 'events' | 'inputs'>>;
  readonly step: Same<EntryStep, Step>;
  readonly plan: Same<EntryPlan, Plan>;
  readonly org: Same<EntryOrg, Org>;
  readonly order: Same<OrderFile, Order>;
  readonly run: Same<RunFile, Run>;
  readonly status: Same<StatusView, Status>;
  readonly verify: Same<VerifyView, Verified>;
  readonly init: Same<InitView, Initialised>;
  readonly lint: Same<LintView, Linted>;
  readonly gc: Same<GcView, Collected>;
  readonly explain: Same<Omit<ExplainView, 'history'>, Omit<Explanation, 'history'>>;
}

const AGREED: Agreed = { events: true, inputs: true, entry: true, step: true, plan: true, org: true, order: true, run: true, status: true, verify: true, init: true, lint: true, gc: true, explain: true };

it('schemas and types say the same, or this file does not compile', () => {
  // That the comparison can tell: an optional member more, another kind of member, a value less.
  const told: [Same<{ a: 1; b?: 2 }, { a: 1 }>, Same<{ a: { b: string[] } }, { readonly a: { readonly b: readonly number[] } }>, Same<{ a: 1 | 2 }, { a: 1 }>, Same<{ a: string[] } & { b?: 1 }, { readonly b?: 1; readonly a: readonly string[] }>] = [false, false, false, true];
  expect([Object.values(AGREED).every(Boolean), told.length]).toEqual([true, 4]);
});

it('a file of the record is judged with the place and the words of its first fault', async () => {
  expect((await loadShapes())('order', ORDER)).toEqual({ ok: true });
  expect((await loadShapes())('run', { ...RUN, order: { ...ORDER, fence: '2' } })).toEqual({ ok: false, faults: [{ pointer: '/order/fence', message: 'is not of type integer' }] });
  expect((await loadShapes())('run', null)).toEqual({ ok: false, faults: [{ pointer: '', message: 'is not of type object' }] });
});

it('what a refusal and a failed command write has the shape of its schema', () => {
  const reason = { code: 'BAD_ID', message: 'is not an id', fix: 'name it otherwise' };
  expect(shapeErrors('coo/rejected.v1', { schema: 'coo/rejected.v1', what: 'plan', name: 'x.plan.yaml', at_ms: 1, reasons: [reason, { ...reason, line: 1, column: 2, pointer: '/plan_id' }], text: 'plan_id: -' })).toEqual([]);
  expect(shapeErrors('coo/rejected.v1', { schema: 'coo/rejected.v1', what: 'plan', name: 'x.plan.yaml', at_ms: 1, reasons: [{ ...reason, lines: 1 }] })).not.toEqual([]);
  expect(shapeErrors('coo/error.v1', { schema: 'coo/error.v1', ...reason, where: 'x:1' })).toEqual([]);
  const row = { name: 'tick-100k', unit: 'ms', reach: '<= 0.05', value: 0.002, note: 'p99 0.01' };
  expect(shapeErrors('coo/bench.v1', { schema: 'coo/bench.v1', quick: true, rows: [row, { ...row, reach: 'report', floor: 1, ratio: 2 }] })).toEqual([]);
});
