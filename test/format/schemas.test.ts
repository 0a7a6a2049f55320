import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/format/document.ts';
import { renderDefaultOrg } from '../../src/format/default-org.ts';
import type { Entry } from '../../src/format/entry.ts';
import type { EntryEvent, EntryInput, EntryOrg, EntryPlan, MessageFile, OrderFile, RunFile } from '../../src/format/generated/types.ts';
import { readMessage } from '../../src/format/messages.ts';
import type { Message } from '../../src/format/messages.ts';
import type { Order } from '../../src/format/order.ts';
import { readPlan } from '../../src/format/plan.ts';
import { recordFault } from '../../src/format/record-shape.ts';
import type { RecordedInput } from '../../src/format/record-input.ts';
import type { Run } from '../../src/format/run.ts';
import type { Event } from '../../src/kernel/event.ts';
import type { Org } from '../../src/kernel/org.ts';
import type { Plan } from '../../src/kernel/plan.ts';
import { drift, shapeErrors } from '../../tools/generate.ts';
import { bytes } from './corpus.ts';
import { EVENTS, INPUTS, ORDER, RUN } from './samples.ts';

/** As the kernel writes its types: nothing in them may be changed. */
type Fixed<T> = T extends readonly (infer U)[] ? readonly Fixed<U>[] : T extends object ? { readonly [K in keyof T]: Fixed<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : 'the schema lets less through') : 'the schema lets more through';

const entry: Entry & { readonly digest: string } = {
  schema: 'coo/entry.v1',
  ledger: '00ff',
  seq: 7,
  prev: 'a'.repeat(64),
  at: '2027-01-15T08:00:00.000Z',
  engine: 1,
  manager: 'host 1',
  epoch: 1,
  inputs: Object.values(INPUTS),
  events: Object.values(EVENTS),
  files: [{ path: '_plans/hello.plan.yaml', sha256: 'b'.repeat(64) }],
  digest: 'c'.repeat(64),
};

describe('what is generated', () => {
  it('is what the schemas give; else: node tools/generate.ts', async () => {
    expect(await drift()).toEqual([]);
  });

  it('has the types that the code has', () => {
    const same: readonly [
      Same<Fixed<EntryEvent>, Event>,
      Same<Fixed<EntryInput>, RecordedInput>,
      Same<Fixed<EntryPlan>, Plan>,
      Same<Fixed<EntryOrg>, Org>,
      Same<Fixed<OrderFile>, Order>,
      Same<Fixed<RunFile>, Run>,
      Same<MessageFile['type'], Message['type']>,
    ] = [true, true, true, true, true, true, true];
    expect(same).toHaveLength(7);
  });
});

/** Every schema node with its path. */
function nodes(value: unknown, path: string): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  return [[path, record], ...Object.entries(record).flatMap(([name, member]) => nodes(member, `${path}/${name}`))];
}

/** What another schema describes: an event and a plan the entry's, a message its own. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'explain.v1.schema.json': ['/properties/history/items/properties/event'],
  'history.v1.schema.json': ['/properties/entries/items/properties/event'],
  'done.v1.schema.json': ['/properties/events/items'],
  'plan-show.v1.schema.json': ['/properties/plan'],
  'sent.v1.schema.json': ['/properties/message'],
  'next.v1.schema.json': ['/properties/work_order'],
};

describe('each schema', () => {
  const folder = join(import.meta.dirname, '..', '..', 'schemas');
  const all = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));

  it.each(all)('%s is closed and capped', (name) => {
    const schema: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const open = nodes(schema, '').filter(([, node]) => node['properties'] !== undefined && node['type'] !== undefined && typeof node['properties'] === 'object' && node['additionalProperties'] !== false);
    const uncapped = nodes(schema, '').filter(([, { type, maxLength, maxItems, pattern, items }]) => {
      const has = (kind: string): boolean => type === kind || (Array.isArray(type) && type.includes(kind));
      return (has('string') && maxLength === undefined && pattern === undefined) || (has('array') && items !== undefined && maxItems === undefined);
    });
    expect(open.map(([path]) => path)).toEqual(ELSEWHERE[name] ?? []);
    expect(uncapped.map(([path]) => path)).toEqual([]);
  });
});

describe('the record', () => {
  it('lets through one of each kind of event and input', () => {
    expect(recordFault('entry', entry)).toBeUndefined();
  });

  it.each(Object.values(EVENTS).map((event) => [event.type, event] as const))('refuses %s with a member too many or too few', (_type, event) => {
    expect(recordFault('entry', { ...entry, events: [{ ...event, extra: 1 }] })).toMatch(/^\/events\/0 .*"extra"/);
    const [last = ''] = Object.keys(event).filter((name) => name !== 'type' && !(event.type === 'noted' && name.endsWith('_id'))).slice(-1);
    expect(recordFault('entry', { ...entry, events: [Object.fromEntries(Object.entries(event).filter(([name]) => name !== last))] })).toMatch(new RegExp(`^/events/0 .*"${last}"`));
  });

  it('refuses an event of no known type', () => {
    expect(recordFault('entry', { ...entry, events: [{ type: 'plan.renamed' }] })).toMatch(/^\/events\/0 .*type/);
  });

  it('lets orders and receipts through, and no others', () => {
    expect(recordFault('order', ORDER)).toBeUndefined();
    expect(recordFault('run', RUN)).toBeUndefined();
    expect(recordFault('order', { ...ORDER, fence: 0 })).toMatch(/^\/fence .*minimum 1/);
    expect(recordFault('run', { ...RUN, result: 'fine' })).toMatch(/^\/result .*"passed"/);
    expect(recordFault('run', { ...RUN, order: { ...ORDER, start_commit: 'HEAD' } })).toMatch(/^\/order\/start_commit .*0-9a-f/);
  });
});

/** Reads a text as the file's reader would, for its schema. */
function valueOf(file: string, text: string): unknown {
  const read = readDocument(file, bytes(text));
  if (!read.ok) throw new Error(read.faults[0]?.message);
  return read.document.value;
}

const PLAN_TEXT = `schema: coo/plan.v1
plan_id: hello
title: Say hello, then check it
priority: urgent
draft: true
target: main
integrate: none
steps:
  - step_id: greet
    objective: write the greeting
    commands: ["echo hello > greeting.txt"]
    outputs: [greeting.txt]
    budget: {wall: 10m, usd: 1.5}
    lease: 1h30m
    sla: 90000
  - step_id: check
    objective: check the greeting
    depends_on: [greet]
    commands: [["grep", "-q", "hello", "greeting.txt"]]
    checks: {after: []}
    retry: {max: 0}
`;

describe('what people write', () => {
  it('a plan that is read has the shape that an editor is told', () => {
    expect(readPlan('hello.plan.yaml', bytes(PLAN_TEXT), { target: 'main', integrate: 'merge' }).ok).toBe(true);
    expect(shapeErrors('coo/plan.v1', valueOf('hello.plan.yaml', PLAN_TEXT))).toEqual([]);
    expect(shapeErrors('coo/plan.v1', valueOf('hello.plan.yaml', PLAN_TEXT.replace('objective:', 'objektive:')))).not.toEqual([]);
  });

  it('the coo.yaml that init writes has the shape that an editor is told', () => {
    const text = renderDefaultOrg({ target: 'main', integrate: 'pull_request', email: 'op@example.com', setup: ['npm ci'], checks: ['npm test'] });
    expect(shapeErrors('coo/org.v1', valueOf('coo.yaml', text))).toEqual([]);
    expect(shapeErrors('coo/org.v1', valueOf('coo.yaml', text.replace('harness: shell', 'harness: robot')))).not.toEqual([]);
  });

  const AT = { plan_id: 'hello', step_id: 'greet', fence: 2 };
  const MESSAGES: { readonly [T in Message['type']]: Extract<Message, { readonly type: T }> } = {
    'step.progress': { type: 'step.progress', ...AT, token: 't', text: 'half way' },
    'step.done': { type: 'step.done', ...AT, commit: 'c'.repeat(40), result: 'r', context: 'c' },
    'step.blocked': { type: 'step.blocked', ...AT, reason: 'r' },
    'step.question': { type: 'step.question', ...AT, to: 'ba', text: 'which?' },
    'claim.release': { type: 'claim.release', ...AT },
    'seat.join': { type: 'seat.join', seat: 'guest', roles: ['guest'] },
    note: { type: 'note', text: 't', by: 'me', plan_id: 'hello' },
  };

  it.each(Object.values(MESSAGES).map((message) => [message.type, message] as const))('a message %s is read, and has the shape of its schema', (_type, message) => {
    expect(readMessage(bytes(JSON.stringify(message)), 'm.json')).toEqual({ ok: true, message });
    expect(shapeErrors('coo/message.v1', message)).toEqual([]);
    expect(shapeErrors('coo/message.v1', { ...message, extra: 1 })).not.toEqual([]);
  });

  it('a claim request and the view of a claim are told apart', () => {
    const request = { plan_id: 'hello', step_id: 'greet', seat: 'you', nonce: 'k3' };
    expect(shapeErrors('coo/claim-request.v1', request)).toEqual([]);
    expect(shapeErrors('coo/claim-request.v1', { ...request, fence: 1 })).not.toEqual([]);
  });
});
