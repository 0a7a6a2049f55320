import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClaimRequest } from '../../src/format/claims.ts';
import { parseEntry } from '../../src/format/entry.ts';
import { renderFile } from '../../src/format/file.ts';
import { readMessage } from '../../src/format/messages.ts';
import { parseOrder } from '../../src/format/order.ts';
import { readOrg } from '../../src/format/org.ts';
import { readPlan } from '../../src/format/plan.ts';
import { recordFault } from '../../src/format/record-shape.ts';
import { parseRun } from '../../src/format/run.ts';
import { VERSIONS, standingOf } from '../../src/format/versions.ts';
import { bytes, told } from './corpus.ts';
import { ORDER, RUN } from './samples.ts';

const SCHEMAS = join(import.meta.dirname, '..', '..', 'schemas');
const DEFAULTS = { target: 'main', integrate: 'merge' } as const;
const CLAIM = { plan_id: 'p', step_id: 's', seat: 'dev', nonce: 'n' };

const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));
const codes = (read: { readonly ok: boolean; readonly faults?: unknown; readonly fault?: unknown }): readonly string[] => {
  if (read.ok) return ['OK'];
  const found = (read.faults ?? [read.fault]) as readonly { readonly code: string }[];
  return found.map(({ code }) => code);
};

describe('the versions that are written', () => {
  it.each(Object.entries(VERSIONS))('%s.v%i: the newest of its schemas, which names itself', (kind, version) => {
    const own = readdirSync(SCHEMAS).filter((name) => new RegExp(`^${kind}\\.v[0-9]+\\.schema\\.json$`).test(name));
    expect(own.map((name) => Number(name.slice(kind.length + 2).split('.')[0])).toSorted((a, b) => b - a)[0]).toBe(version);
    const schema = JSON.parse(readFileSync(join(SCHEMAS, `${kind}.v${String(version)}.schema.json`), 'utf8')) as { readonly $id: string };
    expect([schema.$id, standingOf(kind as keyof typeof VERSIONS, schema.$id)]).toEqual([`coo/${kind}.v${String(version)}`, 'known']);
  });

  it('are told from newer ones and from other things', () => {
    expect(['coo/plan.v1', 'coo/plan.v2', 'coo/plan.v10', 'coo/plan.v01', 'coo/plan.v0', 'coo/plan.v1.1', 'coo/plan', 'coo/order.v1', ' coo/plan.v1', '', null, undefined, 1, {}].map((schema) => standingOf('plan', schema))).toEqual([
      'known', 'newer', 'newer', ...Array.from({ length: 11 }, () => 'other'),
    ]);
  });
});

describe('a document of the next version', () => {
  it('handed over is refused for that alone, whatever else it holds', () => {
    const told1 = (read: ReturnType<typeof readPlan> | ReturnType<typeof readOrg> | ReturnType<typeof readMessage> | ReturnType<typeof readClaimRequest>): readonly string[] => (read.ok ? ['OK'] : read.faults.map(told));
    expect(told1(readPlan('p.plan.yaml', bytes('plan_id: p\nschema: coo/plan.v2\nphases: []\n'), DEFAULTS))).toEqual(['2:1 VERSION_NEWER /schema']);
    expect(told1(readOrg('coo.yaml', bytes('version: 2\nteams: []\n'), { prefix: 'coo' }))).toEqual(['1:1 VERSION_NEWER /version']);
    expect(told1(readOrg('coo.yaml', bytes('version: 1\nschema: coo/org.v2\nteams: []\n'), { prefix: 'coo' }))).toEqual(['2:1 VERSION_NEWER /schema']);
    expect(told1(readMessage(json({ schema: 'coo/message.v2', type: 'step.new' }), 'm.json'))).toEqual(['1:2 VERSION_NEWER /schema']);
    expect(told1(readClaimRequest(json({ schema: 'coo/claim-request.v2', ...CLAIM, more: 1 }), 'p.s.json'))).toEqual(['1:2 VERSION_NEWER /schema']);
  });

  it('handed over as something else is refused too', () => {
    expect(codes(readPlan('p.plan.yaml', bytes('plan_id: p\nschema: coo/claim.v1\n'), DEFAULTS))).toEqual(['SCHEMA_OTHER']);
    expect(codes(readClaimRequest(json({ schema: 'coo/claim.v1', ...CLAIM }), 'p.s.json'))).toEqual(['SCHEMA_OTHER']);
    expect(codes(readClaimRequest(json({ schema: 'coo/claim-request.v1', ...CLAIM }), 'p.s.json'))).toEqual(['OK']);
  });

  it('of the record is never taken for one that is known', () => {
    expect(codes(parseEntry(json({ schema: 'coo/entry.v2' }), 'x'))).toEqual(['ENTRY_NEWER']);
    expect(codes(parseOrder(renderFile({ ...ORDER, schema: 'coo/order.v2' }), 'x'))).toEqual(['ORDER_NEWER']);
    expect(parseRun(renderFile({ ...RUN, schema: 'coo/run.v2' }))).toBeUndefined();
    expect(recordFault('state', { schema: 'coo/state.v2' })).not.toBeUndefined();
    expect(recordFault('usage', { schema: 'coo/usage.v2' })).not.toBeUndefined();
  });
});
