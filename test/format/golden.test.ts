import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/app/verify/replay.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import { entryLine, entryPath, entrySeq, parseEntry, renderEntry } from '../../src/format/entry.ts';
import type { Entry, ParsedEntry } from '../../src/format/entry.ts';
import { checkSignature } from '../../src/format/entry-signature.ts';
import { parseFile, renderFile } from '../../src/format/file.ts';
import { orderPath, parseOrder, renderOrder } from '../../src/format/order.ts';
import { parseRun, renderRun, runPath } from '../../src/format/run.ts';
import { recordFault } from '../../src/format/record-shape.ts';
import type { Event } from '../../src/kernel/event.ts';
import { fold } from '../../src/kernel/fold.ts';
import { emptyState } from '../../src/kernel/state.ts';
import type { Signers } from '../../src/kernel/signers.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { planStatus, planView, seatStatus } from '../../src/kernel/views.ts';
import { EVENTS, INPUTS, ORDER, RUN } from './samples.ts';

const GOLDEN = join(import.meta.dirname, '..', 'golden');
const ALL = readdirSync(GOLDEN, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile() && item.name !== 'README.md' && item.name !== 'SHA256SUMS')
  .map((item) => posix.join(item.parentPath.slice(GOLDEN.length + 1), item.name))
  .toSorted();

function golden(path: string): Buffer {
  return readFileSync(join(GOLDEN, path));
}

function parsedAt(path: string): ParsedEntry & { readonly ok: true } {
  const parsed = parseEntry(golden(path), path);
  if (!parsed.ok) throw new Error(`${parsed.fault.code}: ${parsed.fault.message}`);
  return parsed;
}

function entryAt(path: string): Entry {
  return parsedAt(path).entry;
}

it('no golden file was touched, and none has no sum', () => {
  const sums = ALL.map((path) => `${sha256Hex(golden(path))}  ${path}`);
  expect(sums.toSorted()).toEqual(golden('SHA256SUMS').toString().trimEnd().split('\n').toSorted());
});

describe('forms', () => {
  it.each(ALL.filter((path) => path.endsWith('.entry.json')))('%s is read, and rendered to the same bytes', (path) => {
    const { entry, digest, signature } = parsedAt(path);
    expect(Buffer.from(renderEntry(entry, signature === undefined ? undefined : () => signature).bytes).equals(golden(path))).toBe(true);
    expect(recordFault('entry', JSON.parse(golden(path).toString()))).toBeUndefined();
    // What the last line says of the lines before it, as anybody can check by hand.
    const lines = golden(path).toString().split('\n');
    const above = lines.slice(0, lines.findIndex((line) => line.startsWith('"digest"')));
    expect(digest).toBe(sha256Hex(`${above.join('\n')}\n`));
    expect(lines.slice(above.length)).toEqual(signature === undefined ? [`"digest":"${digest}"}`, ''] : [`"digest":"${digest}",`, expect.stringMatching(/^"signature":\{"by":"[^"]+","sshsig":"[^"]+"\}\}$/), '']);
  });

  it('one of each kind of event and input is the same value still', () => {
    const { events, inputs } = entryAt('forms/every-kind.entry.json');
    for (const event of events) expect(EVENTS[event.type]).toEqual(event);
    for (const input of inputs) expect(INPUTS[input.type]).toEqual(input);
    expect(events.length).toBe(37);
    expect(inputs.length).toBe(35);
    const later = entryAt('forms/bus-kinds.entry.json');
    for (const event of later.events) expect(event).toMatchObject(EVENTS[event.type]);
    const since = ['signed', 'elsewhere-kinds', 'lost-home-kinds', 'freeze-kinds', 'baseline-kinds', 'agent-kinds', 'approval-kinds', 'policy-kinds', 'fitness-kinds', 'counted-kinds', 'target-kinds'].map((name) => entryAt(`forms/${name}.entry.json`));
    for (const event of since.flatMap((entry) => entry.events)) expect(EVENTS[event.type]).toEqual(event);
    for (const input of since.flatMap((entry) => entry.inputs)) expect(INPUTS[input.type]).toMatchObject(input);
    const stopped = entryAt('forms/breaker-kinds.entry.json');
    for (const event of stopped.events) expect(event).toMatchObject(EVENTS[event.type]);
    for (const input of stopped.inputs) expect(input).toMatchObject(INPUTS[input.type]);
    expect([...events, ...later.events, ...since.flatMap((entry) => entry.events)].map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(EVENTS)));
    expect([...inputs, ...later.inputs, ...since.flatMap((entry) => entry.inputs), ...stopped.inputs].map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(INPUTS)));
  });

  it('a signature that was good is good still', () => {
    const parsed = parsedAt('forms/signed.entry.json');
    const signers: Signers = { version: 1, digest: '', signers: [{ principal: 'op@example.com', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJAfg97Ez3T6Z/JwMH6DpNtA2btp7zOLZ+06Y9oL43oX', roles: ['coordinator'] }] };
    expect(checkSignature(parsed, signers, 'governed')).toEqual({ kind: 'good', by: 'op@example.com' });
  });

  it('an order and a receipt are read, and rendered to the same bytes', () => {
    const order = parseOrder(golden('forms/order.json'), 'forms/order.json');
    expect(order).toEqual({ ok: true, order: ORDER });
    expect(Buffer.from(renderOrder(ORDER)).equals(golden('forms/order.json'))).toBe(true);
    expect(parseRun(golden('forms/run.json'))).toEqual(RUN);
    expect(Buffer.from(renderRun(RUN)).equals(golden('forms/run.json'))).toBe(true);
  });

  it('numbers and names keep their form and order', () => {
    const value = parseFile(golden('forms/numbers.file.json')) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['9', '10', 'exp', 'e\u0301', 'huge', 'largest', 'negative', 'nested', 'tenth', 'tiny', 'zero', 'é'].toSorted((a, b) => (/^\d+$/.test(a) && /^\d+$/.test(b) ? Number(a) - Number(b) : a < b ? -1 : 1)));
    expect(Buffer.from(renderFile(value)).equals(golden('forms/numbers.file.json'))).toBe(true);
  });
});

describe('ledger-1', () => {
  const paths = ALL.filter((path) => path.startsWith('ledger-1/'));
  const entries = paths.map((path) => path.slice('ledger-1/'.length)).filter((path) => entrySeq(path) !== undefined);
  const expected = parseFile(golden('ledger-1/expected.json')) as { readonly entries: number; readonly head: string; readonly plan: object; readonly seats: readonly object[]; readonly receipts: readonly string[] };

  it('is an unbroken chain, and each file it names is there', () => {
    let prev = '';
    const named = new Map<string, string>();
    for (const [index, path] of entries.entries()) {
      expect(path).toBe(entryPath(index + 1));
      const entry = entryAt(`ledger-1/${path}`);
      expect([entry.seq, entry.prev]).toEqual([index + 1, prev]);
      expect(recordFault('entry', JSON.parse(golden(`ledger-1/${path}`).toString()))).toBeUndefined();
      prev = sha256Hex(golden(`ledger-1/${path}`));
      for (const file of entry.files) named.set(file.path, file.sha256);
    }
    expect([entries.length, prev]).toEqual([expected.entries, expected.head]);
    const others = paths.map((path) => path.slice('ledger-1/'.length)).filter((path) => entrySeq(path) === undefined && path !== 'expected.json');
    expect(new Map(others.map((path) => [path, sha256Hex(golden(`ledger-1/${path}`))]))).toEqual(named);
  });

  it('holds orders and receipts under the paths they belong to', () => {
    const orders = paths.filter((path) => path.includes('/_bus/orders/'));
    const runs = paths.filter((path) => path.includes('/runs/'));
    for (const path of orders) {
      const read = parseOrder(golden(path), path);
      expect(read.ok && `ledger-1/${orderPath(read.order.plan_id, read.order.step_id, read.order.fence)}`).toBe(path);
      expect(recordFault('order', JSON.parse(golden(path).toString()))).toBeUndefined();
      expect(read.ok && read.order.seal.plan_digest).toBe(sha256Hex(golden('ledger-1/_plans/hello.plan.yaml')));
    }
    for (const path of runs) {
      const run = parseRun(golden(path));
      expect(run && `ledger-1/${runPath(run.who.seat, Date.parse(run.ended_at), run.order.order_id)}`).toBe(path);
      expect(recordFault('run', run)).toBeUndefined();
    }
    expect([orders.length, runs.length]).toEqual([4, 4]);
  });

  it('has one digest of its plan: that of its file, in the state, the orders and the entry', () => {
    const state = fold(entries.flatMap((path) => entryAt(`ledger-1/${path}`).events));
    expect(state.plans.get('hello')?.digest).toBe(sha256Hex(golden('ledger-1/_plans/hello.plan.yaml')));
  });

  it('folds to the end that it had', () => {
    const state = fold(entries.flatMap((path) => entryAt(`ledger-1/${path}`).events));
    const plan = state.plans.get('hello');
    if (plan === undefined) throw new Error('no plan hello');
    expect(violations(state)).toEqual([]);
    expect(planView(state, plan)).toMatchObject(expected.plan);
    expect([...state.seats.keys()].map((seat) => ({ seat, state: seatStatus(state, seat) }))).toEqual(expected.seats);
    expect([...plan.steps.values()].flatMap((step) => step.receipts)).toEqual(expected.receipts);
  });
});

// Also those that an engine decided which nobody decides again elsewhere: these few entries must follow for ever.
it.each(readdirSync(GOLDEN).filter((name) => name.startsWith('ledger-')))('%s: the same inputs give the same events, byte for byte', (name) => {
  const state = emptyState();
  let prev = '';
  for (const path of ALL.filter((one) => one.startsWith(`${name}/_report/ledger/`))) {
    const entry = entryAt(path);
    expect([path, entry.prev]).toEqual([path, prev]);
    prev = sha256Hex(golden(path));
    const met: Event[] = [];
    expect([path, replay(state, entry, (event) => met.push(event))]).toEqual([path, undefined]);
    expect(met.map(entryLine)).toEqual(entry.events.map(entryLine));
  }
  expect(violations(state)).toEqual([]);
});

it('ledger-2 ends as it did: rolled back, revived, cancelled, and done from there', () => {
  const expected = parseFile(golden('ledger-2/expected.json')) as { readonly entries: number; readonly head: string; readonly plans: object };
  const paths = ALL.filter((path) => path.startsWith('ledger-2/_report/ledger/'));
  const state = fold(paths.flatMap((path) => entryAt(path).events));
  const plans = [...state.plans].map(([id, plan]) => [id, { state: planStatus(plan), tip: plan.tip, steps: [...plan.steps.values()].map(({ step_id, status }) => `${step_id} ${status}`).join(', ') }]);
  expect([paths.length, sha256Hex(golden(paths.at(-1) ?? '')), Object.fromEntries(plans)]).toEqual([expected.entries, expected.head, expected.plans]);
});
