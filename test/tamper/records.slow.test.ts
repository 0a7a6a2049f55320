import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorsOf, guarded } from './asked.ts';
import type { Range } from './asked.ts';
import { Original } from './sample.ts';
import type { Sample } from './sample.ts';

interface Case {
  readonly name: string;
  /** The code that must be among the errors. */
  readonly code: string;
  readonly range?: Range;
  readonly does: (at: Sample) => void;
}

const restore = (at: Sample, path: string): void => void at.commit('person', 'put back', { [path]: at.show('merged', path).toString() });

/** What somebody does to the record that stands in the project's own history. All by a listed person: nobody may. */
const CASES: readonly Case[] = [
  { name: '21 a receipt is edited', code: 'RECORD_CHANGED', does: (at) => at.commit('person', 'edit', { [at.receipt()]: '{}' }) },
  {
    name: '21 a receipt is edited, and restored later in the range',
    code: 'RECORD_CHANGED',
    does: (at) => {
      const path = at.receipt();
      at.commit('person', 'edit', { [path]: '{}' });
      restore(at, path);
    },
  },
  {
    name: '22 a receipt is renamed away',
    code: 'RECORD_REMOVED',
    does: (at) => {
      at.git('mv', at.receipt(), 'aside.json');
      at.commit('person', 'rename');
    },
  },
  {
    name: '22 a receipt is renamed within its folder',
    code: 'RECORD_REMOVED',
    does: (at) => {
      at.git('mv', at.receipt(), at.receipt().replace('.json', '0.json'));
      at.commit('person', 'rename');
    },
  },
  { name: 'a receipt is deleted', code: 'RECORD_REMOVED', does: (at) => at.commit('person', 'delete', { [at.receipt()]: null }) },
  {
    name: 'a receipt is deleted, and restored later in the range',
    code: 'RECORD_REMOVED',
    does: (at) => {
      const path = at.receipt();
      at.commit('person', 'delete', { [path]: null });
      restore(at, path);
    },
  },
  { name: 'the whole record is deleted', code: 'RECORD_REMOVED', does: (at) => at.commit('person', 'delete', { _report: null }) },
  {
    name: '24 a receipt becomes a link',
    code: 'RECORD_MODE',
    does: (at) => {
      const path = at.receipt();
      at.put(path, null);
      symlinkSync('/etc/passwd', join(at.folder, path));
      at.commit('person', 'link');
    },
  },
  {
    name: '24 a receipt becomes a submodule',
    code: 'RECORD_MODE',
    does: (at) => {
      at.git('update-index', '--cacheinfo', `160000,${at.id('base')},${at.receipt()}`);
      at.as('person', 'commit', '-q', '-m', 'submodule');
    },
  },
  {
    name: '24 a receipt becomes executable',
    code: 'RECORD_MODE',
    does: (at) => {
      chmodSync(join(at.folder, at.receipt()), 0o755);
      at.commit('person', 'chmod');
    },
  },
  {
    name: '24 a receipt becomes executable and plain again',
    code: 'RECORD_MODE',
    does: (at) => {
      const path = join(at.folder, at.receipt());
      chmodSync(path, 0o755);
      at.commit('person', 'chmod');
      chmodSync(path, 0o644);
      at.commit('person', 'back');
    },
  },
  {
    name: 'the folder of a seat becomes a file',
    code: 'RECORD_REMOVED',
    does: (at) => {
      at.put('_report/agent/dev-1', null);
      at.commit('person', 'file', { '_report/agent/dev-1': 'a file' });
    },
  },
  {
    name: '23 an evil merge changes a receipt',
    code: 'MERGE_EVIL',
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.commit('person', 'side', { 'side.txt': 's' });
      at.git('checkout', '-q', 'main');
      at.git('merge', '-q', '--no-ff', '--no-commit', 'side');
      at.commit('person', 'merge', { [at.receipt()]: '{}' });
    },
  },
  {
    name: '23 an evil merge takes a receipt out',
    code: 'RECORD_REMOVED',
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.commit('person', 'side', { 'side.txt': 's' });
      at.git('checkout', '-q', 'main');
      at.git('merge', '-q', '--no-ff', '--no-commit', 'side');
      at.commit('person', 'merge', { [at.receipt()]: null });
    },
  },
  {
    name: '23 a merge by "ours" throws away the receipts of the other side',
    code: 'RECORD_REMOVED',
    range: { base: 'base', head: 'side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'base');
      at.commit('person', 'side', { 'side.txt': 's' });
      at.git('merge', '-q', '-s', 'ours', '-m', 'merge', 'main');
    },
  },
  {
    name: '23 a merge of three changes a receipt',
    code: 'MERGE_EVIL',
    does: (at) => {
      const parents = ['left', 'right'].map((name) => at.plumb('main', [{ path: `${name}.txt`, bytes: name }], { who: 'person', message: name }));
      at.git('update-ref', 'refs/heads/main', at.plumb('main', [{ path: at.receipt(), bytes: '{}' }], { who: 'person', message: 'octopus', parents: [at.id('main'), ...parents] }));
    },
  },
  { name: '35 a receipt under the same name but for case', code: 'NAME_COLLIDES', does: (at) => at.commit('person', 'case', { [at.receipt().replace('/dev-', '/Dev-')]: '{}' }) },
  { name: '35 a record folder that differs in case', code: 'NAME_COLLIDES', does: (at) => at.commit('person', 'case', { '_Report/agent/dev-1/x.json': '{}' }) },
  { name: '35 two new receipts equal but for Unicode form', code: 'NAME_COLLIDES', does: (at) => at.commit('person', 'unicode', { '_report/agent/dev-1/runs/caf\u00e9.json': '{}', '_report/agent/dev-1/runs/cafe\u0301.json': '{}' }) },
  { name: '40 a receipt that nobody earned', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'forged', { '_report/agent/dev-1/runs/2026-01-01/20260101T000000000Z-hello.greet.2.json': at.read(at.receipt()).replace('"fence":1', '"fence":2') }) },
  { name: '28 a receipt replayed as that of another step', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'replay', { [at.receipt().replace('hello.greet', 'more.one')]: at.read(at.receipt()) }) },
  { name: '28 a receipt replayed as that of another seat', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'replay', { [at.receipt().replace('/dev-1/', '/you/')]: at.read(at.receipt()) }) },
  {
    name: "a branch without it brings a receipt under its name, with other words",
    code: 'RECEIPT_FORGED',
    range: { base: 'base', head: 'side' },
    does: (at) => {
      const path = at.receipt();
      const text = at.read(path);
      at.git('checkout', '-q', '-b', 'side', 'base');
      at.commit('person', 'forged', { [path]: text.replace('"passed"', '"failed"') });
    },
  },
  { name: 'a proof beside a receipt that no run stored', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'proof', { [`${at.receipt().replace('.json', '')}/coverage.json`]: '{}' }) },
  { name: 'an entry of a ledger of one\'s own', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'entry', { '_report/ledger/000/000/001.json': Buffer.from(at.next().bytes).toString() }) },
  { name: 'anything else below _report', code: 'RECEIPT_FORGED', does: (at) => at.commit('person', 'stranger', { '_report/notes.txt': 'mine' }) },
  {
    name: 'a merge brings a receipt as a link',
    code: 'RECORD_NOT_PLAIN',
    does: (at) => {
      const side = at.plumb('main', [{ path: 'side.txt', bytes: 's' }], { who: 'person', message: 'side' });
      at.git('update-ref', 'refs/heads/main', at.plumb('main', [{ path: '_report/agent/dev-1/runs/x.json', bytes: '/etc/passwd', mode: '120000' }], { who: 'person', message: 'merge', parents: [at.id('main'), side] }));
    },
  },
  ...(['100644', '120000', '160000'] as const).map((mode): Case => ({
    name: `24 in the place of the record's folder something of mode ${mode}, on a branch without records`,
    code: mode === '100644' ? 'RECEIPT_FORGED' : 'RECORD_NOT_PLAIN',
    range: { base: 'base', head: 'side' },
    does: (at) => void at.git('branch', 'side', at.plumb('base', [{ path: '_report', bytes: '/tmp', mode }], { who: 'person', message: 'no folder' })),
  })),
  {
    name: '35 a record folder that differs in case, on a branch without records',
    code: 'RECEIPT_FORGED',
    range: { base: 'base', head: 'side' },
    does: (at) => void at.git('branch', 'side', at.plumb('base', [{ path: '_Report/agent/dev-1/x.json', bytes: '{}' }], { who: 'person', message: 'case' })),
  },
  {
    name: "40 a receipt that lies on the ledger's branch, and no entry names it",
    code: 'RECEIPT_FORGED',
    does: (at) => {
      const [path, bytes] = ['_report/agent/dev-1/runs/2026-01-01/20260101T000000000Z-hello.greet.2.json', at.read(at.receipt())];
      at.commit('person', 'forged', { [path]: bytes });
      at.setLedger(at.plumb('coo/ledger', [{ path, bytes }]));
    },
  },
  {
    name: "21 a receipt with other words, the same on the ledger's branch",
    code: 'RECEIPT_FORGED',
    range: { base: 'base', head: 'side' },
    does: (at) => {
      const path = at.receipt();
      const bytes = at.read(path).replace('"passed"', '"failed"');
      at.git('checkout', '-q', '-b', 'side', 'base');
      at.commit('person', 'forged', { [path]: bytes });
      at.setLedger(at.plumb('coo/ledger', [{ path, bytes }]));
    },
  },
];

describe('the record in the history of a project', () => {
  let original: Original;
  beforeAll(async () => {
    original = await Original.make();
  });
  afterAll(() => original.remove());

  it('is whole as coo left it', async () => {
    const at = original.copy();
    expect(await guarded(at, { base: 'base' })).toMatchObject({ verdict: 'passed', findings: [], nobody: 0 });
  });

  it.each(CASES)('$name: $code', async ({ code, range, does }) => {
    const at = original.copy();
    does(at);
    expect(errorsOf(await guarded(at, range))).toContain(code);
  });
});
