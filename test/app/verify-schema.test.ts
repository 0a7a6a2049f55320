import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publish } from '../../src/app/ledger/publish.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { entryLine, entryPath } from '../../src/format/entry.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import { renderFile } from '../../src/format/file.ts';
import { decide } from '../../src/kernel/decide.ts';
import type { Event } from '../../src/kernel/event.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

const RECEIPT = '_report/agent/dev-1/runs/2030-01-01/20300101T000000000Z-p.s.1.json';

it('what hangs together in every digest, and is not what its schema says, is found with its place', async () => {
  await inWorld({}, async (world) => {
    const before = await world.fresh();
    expect((await verify(world.world)).findings).toEqual([]);
    const strange = { type: 'noted', by: 'op', text: 'x', mood: 'odd' } as Event;
    const plain = { type: 'noted', by: 'op', text: 'y' } as const;
    const published = await publish(before, 'test', [
      { inputs: [], events: [strange], lines: [entryLine(strange)], files: [] },
      { inputs: [], events: [plain], lines: [entryLine(plain)], files: [{ path: RECEIPT, bytes: renderFile({ schema: 'coo/run.v1' }) }] },
    ], []);
    expect(published.kind).toBe('done');
    const { ok, findings } = await verify(world.world);
    expect(ok).toBe(false);
    expect(findings.map(({ code, path, message }) => `${code} ${path.split('/').at(-1) ?? ''} ${message}`)).toEqual([
      `SCHEMA ${String(before.seq - 1).padStart(3, '0')}.json /events/0 has a member "mood" that its schema does not know`,
      'SCHEMA 20300101T000000000Z-p.s.1.json the file lacks "order"',
    ]);
  });
});

it('what an input leaves out is held against the schema in the event that holds it, and what is no event at all is found', async () => {
  await inWorld({}, async (world) => {
    const before = await world.fresh();
    const text = { path: '_plans/odd.plan.json', bytes: new TextEncoder().encode('{}') };
    const asked = { type: 'submit', digest: sha256Hex(text.bytes), base: null, by: 'op', at_ms: 1 } as const;
    const plan = { plan_id: 'odd', title: 'Odd', target: 'main', integrate: 'none', steps: [{ step_id: 's', objective: 'do s', commands: ['true'] }] } as const;
    const decision = decide(before.state, { ...asked, plan });
    const follows = decision.ok ? decision.events : [];
    const strange = follows.map((event) => (event.type === 'plan.accepted' ? { ...event, plan: { ...plan, mood: 'odd' } } : event) as Event);
    expect(strange.map(({ type }) => type)).toEqual(['plan.accepted']);
    const cases = [[follows.map(entryLine), undefined], [strange.map(entryLine), '/events/0/plan has a member "mood" that its schema does not know'], [['null'], '/events/0 is not of type object']] as const;
    for (const [lines, fault] of cases) {
      const session = await world.fresh();
      const tip = world.repo.git('rev-parse', 'coo/ledger');
      await publish(session, 'test', [{ inputs: [entryLine(asked)], events: [], lines, files: fault === undefined ? [text] : [] }], []);
      const { findings } = await verify(world.world, { at: 'coo/ledger' });
      expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual(fault === undefined ? [] : [`SCHEMA ${fault}`]);
      for (const ref of ['refs/heads/coo/ledger', 'refs/coo/seen']) world.repo.git('update-ref', ref, tip);
    }
  });
});

it('an entry that its digest proves, and that coo would write in another way, is loaded and found', async () => {
  await inWorld({}, async (world) => {
    const before = await world.fresh();
    const event = { type: 'noted', by: 'op', text: 'x' } as const;
    expect(JSON.stringify(event)).not.toBe(entryLine(event));
    await publish(before, 'test', [{ inputs: [], events: [event], lines: [JSON.stringify(event)], files: [] }], []);
    const after = await world.fresh();
    expect(after.seq).toBe(before.seq);
    const { findings } = await verify(world.world);
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual([`ENTRY_NOT_EXACT ${entryPath(after.seq)}`]);
  });
});

it('an entry that gives a recorded receipt or order another digest is found, also where the file is the new one', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'true')] });
    expect(await world.run()).toBe(0);
    const before = await world.fresh();
    const named = (await Promise.all(Array.from({ length: before.seq }, async (_, at) => before.entry(at + 1)))).flatMap(({ entry }) => entry.files.map(({ path }) => path));
    const [receipt = '', order = ''] = [named.find((path) => path.includes('/runs/')), named.find((path) => path.startsWith('_bus/orders/'))];
    const event = { type: 'noted', by: 'op', text: 'nothing to see' } as const;
    for (const path of [receipt, order]) {
      const bytes = (await before.file(path, 1_048_576)) ?? new Uint8Array();
      const forged = Buffer.from(Buffer.from(bytes).toString('utf8').replace('do s', 'do S'));
      expect(forged.equals(bytes)).toBe(false);
      await publish(before, 'test', [{ inputs: [], events: [event], lines: [entryLine(event)], files: [{ path, bytes: forged }] }], []);
    }
    const { findings } = await verify(world.world);
    const found = findings.map(({ code, path }) => `${code} ${path}`);
    for (const path of [receipt, order]) expect(found).toEqual(expect.arrayContaining([`RECORD_REWRITTEN ${path}`, `RECEIPT_CHANGED ${path}`]));
  });
});

it('a grant without its order, an engine that is not known yet, a file that is a link: found', async () => {
  await inWorld({}, async (world) => {
    const session = await world.fresh();
    const claimed = { type: 'step.claimed', plan_id: 'p', step_id: 's', fence: 1, seat: 'dev-1', nonce: 'n', kind: 'held', lease_ms: 1, start: null, at_ms: 1, token_sha256: 'a'.repeat(64), started_by_manager: false } as const;
    await publish(session, 'test', [{ inputs: [], events: [claimed], lines: [entryLine(claimed)], files: [] }], []);
    const codes = async (): Promise<readonly string[]> => (await verify(world.world)).findings.map(({ code }) => code);
    expect(await codes()).toEqual(['GRANT_UNKNOWN', 'DECISION_OTHER', 'ORDER_UNNAMED']);
    const { head, seq } = await world.fresh();
    const name = entryPath(seq);
    const text = world.repo.git('show', `${head ?? ''}:${name}`).replace(/"engine":[0-9]+/, '"engine":99');
    const lines = `${text}\n`.split('\n').slice(0, -2);
    const sealed = `${[...lines, `"digest":"${sha256Hex(`${lines.join('\n')}\n`)}"}`].join('\n')}\n`;
    const tree = await session.tree.put([{ path: name, bytes: Buffer.from(sealed) }]);
    await world.world.git.write(tree.objects);
    const linked = world.repo.git('ls-tree', '-r', tree.root).split('\n').map((line) => line.replace(/^100644 (.*coo\.yaml)$/, '120000 $1')).join('\n');
    const index = join(world.scratch, 'index');
    execFileSync('git', ['update-index', '--index-info'], { cwd: world.folder, env: { ...process.env, GIT_INDEX_FILE: index }, input: `${linked}\n` });
    const root = execFileSync('git', ['write-tree'], { cwd: world.folder, env: { ...process.env, GIT_INDEX_FILE: index }, encoding: 'utf8' }).trim();
    const commit = world.repo.git('commit-tree', '-p', `${head ?? ''}^`, '-m', world.repo.git('log', '-1', '--format=%B', head ?? ''), root);
    for (const ref of ['refs/heads/coo/ledger', 'refs/coo/seen']) world.repo.git('update-ref', ref, commit);
    expect(await codes()).toEqual(expect.arrayContaining(['ENGINE_NEWER', 'RECORD_NOT_PLAIN']));
  });
});
