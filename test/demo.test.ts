// What the demo says, it asserts: a fact that does not hold ends it with exit 1, says what was found, and where to look.
import { cpSync, existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { diskFiles } from '../src/adapters/files/disk-files.ts';
import { osProcesses } from '../src/adapters/processes/os-processes.ts';
import { tampered } from '../src/faces/demo/chapters/tampered.ts';
import { CHAPTERS } from '../src/faces/demo/chapters/all.ts';
import { PLAN } from '../src/faces/demo/project/plan.ts';
import { ORGANISATION } from '../src/faces/demo/project/organisation.ts';
import { runDemo } from '../src/faces/demo/demo.ts';
import type { DemoDocument } from '../src/faces/demo/demo.ts';
import type { DemoHost } from '../src/faces/demo/host.ts';
import { plainScreen } from '../src/faces/demo/screen.ts';
import { documentOf } from '../src/faces/demo/shell.ts';
import type { Ran } from '../src/faces/demo/shell.ts';
import { Unheld } from '../src/faces/demo/story.ts';
import type { Chapter, Stage } from '../src/faces/demo/story.ts';
import { BARE } from '../src/faces/cli/style.ts';
import { width } from '../src/faces/cli/width.ts';
import { readOrg } from '../src/format/org.ts';
import { readPlan } from '../src/format/plan.ts';
import { shapeErrors } from '../tools/generate.ts';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

interface Rehearsal {
  readonly host: DemoHost;
  readonly said: () => string;
  readonly send: (signal: Signal) => void;
  readonly folder: () => string;
}

/** A real host whose `coo` is a program of two lines, and whose words are kept. */
function rehearse(program = ''): Rehearsal {
  const clock = systemClock();
  let text = '';
  let folder = '';
  let handler: (signal: Signal) => void = () => undefined;
  const host: DemoHost = {
    clock,
    files: diskFiles({ nonce: 'demo0' }),
    processes: osProcesses({ clock, nonce: 'demo0' }),
    coo: [process.execPath, '-e', program],
    env: { PATH: process.env['PATH'] ?? '' },
    stdout: { isTTY: false, write: (more) => void (text += more) },
    scratch: () => Promise.resolve((folder = mkdtempSync(join(realpathSync(tmpdir()), 'coo-demo-test-')))),
    copy: (from, to) => Promise.resolve(cpSync(from, to, { recursive: true })),
    kill: () => undefined,
    interrupts(given) {
      handler = given;
      return () => undefined;
    },
  };
  return { host, said: () => text, send: (signal) => handler(signal), folder: () => folder };
}

const chapter = (name: string, play: Chapter['play']): Chapter => ({ name, play });
const fact = (text: string, is: boolean) => chapter(`about ${text}`, (stage) => Promise.resolve(stage.holds({ text, is, found: { instead: 42 }, look: '/somewhere/to/look' })));
const options = { json: false, keep: false };

describe('a demo', () => {
  it('whose facts hold ends with 0 and leaves nothing', async () => {
    const { host, said, folder } = rehearse();
    expect(await runDemo(host, options, [fact('one', true), fact('two', true)])).toBe(0);
    expect(said()).toContain('✓ two');
    expect(said()).toContain('All 2 facts hold');
    expect(existsSync(folder())).toBe(false);
  });

  it('one of whose facts does not hold ends with 1, says what and where, and is kept', async () => {
    const { host, said, folder } = rehearse();
    expect(await runDemo(host, options, [fact('one', true), fact('two', false), fact('three', true)])).toBe(1);
    expect(said()).toContain('✗ two');
    expect(said()).toContain('found: {"instead":42}');
    expect(said()).toContain('look:  /somewhere/to/look');
    expect(said()).not.toContain('three');
    expect(said()).toContain(`Kept to look at: ${folder()}`);
    expect(existsSync(folder())).toBe(true);
    await host.files.removeAll(folder());
  });

  it('says the same as one document', async () => {
    const { host, said, folder } = rehearse();
    expect(await runDemo(host, { json: true, keep: false }, [fact('one', true), fact('two', false), fact('three', true)])).toBe(1);
    const document = JSON.parse(said()) as DemoDocument;
    expect(shapeErrors('coo/demo.v1', document)).toEqual([]);
    expect(document).toMatchObject({ schema: 'coo/demo.v1', ok: false, kept: true, folder: folder() });
    expect(document.chapters.map(({ name, ok, facts }) => [name, ok, facts])).toEqual([
      ['about one', true, [{ text: 'one', ok: true }]],
      ['about two', false, [{ text: 'two', ok: false }]],
    ]);
    expect(document.chapters[1]?.fault).toEqual({ text: 'two', found: '{"instead":42}', look: '/somewhere/to/look' });
    await host.files.removeAll(folder());
  });

  it('is kept when it is asked to be', async () => {
    const { host, said, folder } = rehearse();
    expect(await runDemo(host, { json: false, keep: true }, [fact('one', true)])).toBe(0);
    expect(said()).toContain(`cd ${folder()}/textkit`);
    expect(existsSync(folder())).toBe(true);
    await host.files.removeAll(folder());
  });

  it('takes a missing file, and an event that never comes because its program ended, for facts that do not hold', async () => {
    const missing = chapter('missing', async (stage) => void (await stage.disk.read(`${stage.at.repo}/nothing`)));
    const waiting = chapter('waiting', async (stage) => {
      stage.begin(['run']);
      await stage.feed.until('a plan is accepted', () => stage.feed.of('plan.accepted').length > 0);
    });
    for (const [one, found] of [[missing, 'nothing'], [waiting, 'coo run ended with exit 3']] as const) {
      const { host, said, folder } = rehearse('process.exitCode = 3');
      expect(await runDemo(host, options, [one])).toBe(1);
      expect(said()).toContain(found);
      await host.files.removeAll(folder());
    }
  });

  it('that is interrupted ends what it started and leaves nothing', async () => {
    const { host, said, send, folder } = rehearse('setTimeout(() => undefined, 60_000)');
    const hanging = chapter('hanging', async (stage) => {
      stage.begin(['run']);
      send('SIGINT');
      await stage.coo(['status']);
    });
    expect(await runDemo(host, options, [hanging, fact('one', true)])).toBe(130);
    expect(said()).toContain('interrupted');
    expect(existsSync(folder())).toBe(false);
    expect(await host.processes.killTree({ marker: `COO_DEMO=${folder()}/output/01` }, 0)).toEqual([]);
  });
});

describe('the demo itself', () => {
  it('has a plan and an organisation without fault', () => {
    const org = readOrg('coo.yaml', new TextEncoder().encode(ORGANISATION), { prefix: 'coo' });
    expect(org).toMatchObject({ ok: true, warnings: [] });
    if (!org.ok) return;
    const plan = readPlan('textkit.plan.yaml', new TextEncoder().encode(PLAN), { target: 'main', integrate: 'merge' }, org.org);
    expect(plan).toMatchObject({ ok: true, warnings: [] });
    expect(org.org.seats).toHaveLength(4);
  });

  it('says nothing wider than 80 columns', () => {
    let text = '';
    const screen = plainScreen((more) => void (text += more), BARE);
    screen.said('s'.repeat(200));
    screen.typed('t '.repeat(100));
    screen.held('u '.repeat(100));
    screen.happened({ type: 'step.blocked', plan_id: 'p', step_id: 's', reason: 'r\u001b[31m'.repeat(50) } as Parameters<typeof screen.happened>[0], 12_345);
    for (const [at, { name }] of CHAPTERS.entries()) screen.chapter(at + 1, name);
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').filter((line) => width(line) > 80)).toEqual([]);
  });
});

describe('the chapter about a tampered receipt', () => {
  const RECEIPT = '{\n  "result": "failed"\n}\n';
  const path = '_report/agent/tester/runs/2026-01-01/x-textkit.test-wrap.1.json';
  const finding = { code: 'MIRROR_CHANGED', path, message: 'changed', fix: 'coo verify --restore' };

  /** Plays it with a coo that answers `verify --json` with these exit codes, one after the other, and restores or does not. */
  async function play(answers: { readonly caught: number; readonly findings: readonly object[]; readonly restores: boolean; readonly receipts?: number }): Promise<readonly string[]> {
    const held: string[] = [];
    let file = RECEIPT;
    let looks = 0;
    const ran = (args: readonly string[], exit: number, document: object): Ran => ({ typed: `coo ${args.join(' ')}`, exit, text: `${JSON.stringify(document)}\n`, file: '/out' });
    const coo: Stage['coo'] = (args) => {
      const [name, option] = args;
      if (name === 'receipts') return Promise.resolve(ran(args, 0, { receipts: [{ order_id: 'textkit.test-wrap.1', path }] }));
      if (option === '--restore' && answers.restores) file = RECEIPT;
      if (option !== '--json') return Promise.resolve(ran(args, 0, { ok: true }));
      looks += 1;
      return Promise.resolve(looks === 1 ? ran(args, 0, { ok: true, entries: 43, receipts: answers.receipts ?? 12, findings: [] }) : ran(args, answers.caught, { ok: false, findings: answers.findings }));
    };
    const disk = { read: () => Promise.resolve(file), write: (_path: string, text: string) => Promise.resolve(void (file = text)) };
    const holds: Stage['holds'] = (claim) => {
      if (!claim.is) throw new Unheld(claim);
      held.push(claim.text);
    };
    await tampered.play({ at: { folder: '/f', repo: '/f/r', home: '/f/h' }, coo, disk, holds, say: () => undefined } as unknown as Stage);
    return held;
  }

  it('holds when coo catches it and puts it back', async () => {
    await expect(play({ caught: 7, findings: [finding], restores: true })).resolves.toHaveLength(3);
  });

  it.each([
    ['a record that lacks a receipt', { caught: 7, findings: [finding], restores: true, receipts: 11 }, /one for each attempt/],
    ['a verify that sees nothing', { caught: 0, findings: [], restores: true }, /names that file/],
    ['a verify that exits with another code', { caught: 1, findings: [finding], restores: true }, /names that file/],
    ['a verify that names another file', { caught: 7, findings: [{ ...finding, path: 'other' }], restores: true }, /names that file/],
    ['a restore that restores nothing', { caught: 7, findings: [finding], restores: false }, /puts it back/],
  ])('does not hold with %s', async (_what, answers, claim) => {
    await expect(play(answers)).rejects.toThrow(claim);
  });
});

describe('a document', () => {
  it('that is none is a fact that does not hold', () => {
    expect(() => documentOf({ typed: 'coo status --json', exit: 1, text: 'not JSON\n', file: '/out' })).toThrow(Unheld);
  });
});
