// Whatever a command prints with --json is one document a line, with the name of its schema in it, and of that schema's shape.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/faces/cli/commands/table.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';

interface Document {
  readonly schema: string;
  readonly [member: string]: unknown;
}

let place: Scratch;
let repo: string;
const tried = new Set<string>();

beforeAll(() => {
  place = scratch();
  repo = join(place.top, 'repo');
  mkdirSync(repo);
  place.git(repo, 'init', '-q', '-b', 'main');
  place.write(join(repo, 'a.txt'), 'one\n');
  place.git(repo, 'add', '.');
  place.git(repo, 'commit', '-q', '-m', 'first');
});
afterAll(() => place.remove());

/** Events, plans and messages are open in a document's own schema: another one says what they are. */
function eventsOf(document: Document): readonly unknown[] {
  const { events = [], entries = [], history = [] } = document as { readonly events?: readonly unknown[]; readonly entries?: readonly { readonly event?: unknown }[]; readonly history?: readonly { readonly event?: unknown }[] };
  return [...(Array.isArray(events) ? events : []), ...(Array.isArray(entries) ? entries : []).map(({ event }) => event), ...history.map(({ event }) => event)];
}

function wrongIn(document: Document): readonly string[] {
  const plan = document.schema === 'coo/plan-show.v1' ? shapeErrors('coo/entry.v1#/$defs/entryPlan', document['plan']) : [];
  const message = document.schema === 'coo/sent.v1' ? shapeErrors('coo/message.v1', document['message']) : [];
  const order = document.schema === 'coo/next.v1' ? shapeErrors('coo/order.v1', document['work_order']) : [];
  const stood = document.schema === 'coo/replay.v1' && 'status' in document ? shapeErrors('coo/status.v1', document['status']) : [];
  return [...shapeErrors(document.schema, document), ...stood, ...order, ...plan, ...message, ...eventsOf(document).flatMap((event) => shapeErrors('coo/entry.v1#/$defs/entryEvent', event))];
}

/** Runs a command with --json: what it printed, each line checked, and the exit code. */
async function said(...args: readonly string[]): Promise<{ readonly code: number; readonly documents: readonly Document[] }> {
  return checked(args, await place.coo(repo, ...args, '--json'));
}

function checked(args: readonly string[], { code, stdout, stderr }: Said): { readonly code: number; readonly documents: readonly Document[] } {
  tried.add(args.find((word) => !word.startsWith('-')) ?? '');
  const documents = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Document);
  expect(documents.flatMap((document) => wrongIn(document).map((wrong) => `${args.join(' ')}: ${document.schema}: ${wrong}`)), stderr).toEqual([]);
  return { code, documents };
}

/** The same for a command that prints one document: its schema's name and the exit code. */
async function one(...args: readonly string[]): Promise<string> {
  const { code, documents } = await said(...args);
  expect(documents).toHaveLength(1);
  return `${documents[0]?.schema ?? ''} ${String(code)}`;
}

function plan(id: string, steps: string): void {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n${steps}`);
}

describe('--json', () => {
  it('without a command: help and version', async () => {
    expect(await one()).toBe('coo/help.v1 0');
    expect(await one('--help')).toBe('coo/help.v1 0');
    expect(await one('--version')).toBe('coo/version.v1 0');
    expect(await one('status', '--help')).toBe('coo/help.v1 0');
    expect(await one('plan', 'new', '--help')).toBe('coo/help.v1 0');
    expect(await one('nope')).toBe('coo/error.v1 2');
    expect(await one('breaker', 'nope')).toBe('coo/error.v1 2');
  });

  it('set up and plans', async () => {
    expect(await one('status')).toBe('coo/error.v1 1');
    expect(await one('init', '--yes')).toBe('coo/init.v1 0');
    expect(await one('doctor')).toBe('coo/doctor.v1 0');
    expect(await one('status', '--disk')).toBe('coo/status.v1 0');
    expect(await one('notify')).toBe('coo/error.v1 2');
    expect(await one('plan', 'new', 'fresh')).toBe('coo/plan-new.v1 0');
    const outside = place.write(join(place.top, 'added.plan.yaml'), 'plan_id: added\ntitle: added\ndraft: true\nsteps:\n  - {step_id: s, objective: s, prompt: think}\n');
    expect(await one('plan', 'add', outside)).toBe('coo/plan-add.v1 0');
    expect(await one('plan', 'lint')).toBe('coo/lint.v1 0');
    expect(await one('plan', 'start', 'added')).toBe('coo/done.v1 0');
    expect(await one('plan', 'start', 'added')).toBe('coo/unchanged.v1 0');
    place.write(join(repo, '_plans/added.plan.yaml'), 'plan_id: added\ntitle: another\nsteps:\n  - {step_id: s, objective: s, prompt: think again}\n');
    expect(await one('plan', 'amend', 'added')).toBe('coo/amended.v1 0');
    expect(await one('plan', 'amend', 'added')).toBe('coo/unchanged.v1 0');
    expect(await one('plan', 'list')).toBe('coo/plans.v1 0');
    expect(await one('plan', 'show', 'added')).toBe('coo/plan-show.v1 0');
  });

  it('the manager and a worker', async () => {
    plan('good', '  - {step_id: s, objective: s, commands: ["echo s > s.txt"]}\n');
    plan('worse', '  - {step_id: s, objectiv: s}\n');
    plan('bad', '  - {step_id: s, objective: s, commands: ["false"], retry: {max: 0}}\n');
    expect(await one('run', '--dry-run')).toBe('coo/dry-run.v1 0');
    const run = await said('run', '--until-idle');
    expect(run.code).toBe(1);
    expect([...new Set(run.documents.map(({ schema }) => schema))]).toEqual(['coo/log.v1', 'coo/run-end.v1']);
    expect(await one('plan', 'show', 'good')).toBe('coo/plan-show.v1 0');
    expect(wrongIn(JSON.parse(readFileSync(join(repo, '_bus/rejected/worse.plan.yaml.json'), 'utf8')) as Document)).toEqual([]);
    expect(await one('work', '--seat', 'dev-1', '--once')).toBe('coo/worked.v1 75');
  });

  it('questions, and the way back', async () => {
    plan('back', '  - {step_id: s, objective: s, prompt: think}\n  - {step_id: t, objective: t, prompt: think}\npriority: urgent\n');
    await said('plan', 'start', 'back');
    await said('claim', 'back/s', '--seat', 'you');
    expect(await one('ask', 'back/s', '--fence', '1', '--to', 'you', '--text', 'what?')).toBe('coo/done.v1 0');
    expect(await one('answer', 'back/s', '--text', 'that')).toBe('coo/done.v1 0');
    expect(await one('answer', 'back/s', '--text', 'that')).toBe('coo/error.v1 1');
    expect(await one('reassign', 'back/s', '--to', 'you', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('reassign', 'back/s', '--to', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await one('reassign', 'back/s', '--reason', 'r')).toBe('coo/error.v1 2');
    await said('claim', 'back/s', '--seat', 'you');
    expect(await one('give', 'back/s', '--fence', '2', '--to', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    await said('release', 'back/s', '--fence', '2');
    expect(await one('undo', 'back/s', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await one('skip', 'back/s', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('take', 'back/t', '--seat', 'you', '--reason', 'r')).toBe('coo/error.v1 5');
    expect(await one('next', '--seat', 'you')).toBe('coo/next.v1 0');
    expect(await one('take', 'back/t', '--seat', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await one('cancel', 'back', '--reason', 'r')).toBe('coo/done.v1 0');
  });

  it('a claim and its words', async () => {
    expect(await one('claim', 'added/s', '--seat', 'you')).toBe('coo/claimed.v1 0');
    expect(await one('claim', 'added/s', '--seat', 'you')).toBe('coo/error.v1 5');
    expect(await one('renew', 'added/s', '--fence', '1')).toBe('coo/done.v1 0');
    expect(await one('progress', 'added/s', '--fence', '1', '--text', 'half way')).toBe('coo/done.v1 0');
    expect(await one('release', 'added/s', '--fence', '1')).toBe('coo/done.v1 0');
    await said('claim', 'added/s', '--seat', 'you');
    expect(await one('block', 'added/s', '--fence', '2', '--reason', 'no paper')).toBe('coo/done.v1 0');
    expect(await one('retry', 'added/s', '--reason', 'paper came')).toBe('coo/done.v1 0');
    await said('claim', 'added/s', '--seat', 'you');
    expect(await one('done', 'added/s', '--fence', '3')).toBe('coo/done.v1 0');
  });

  it('a word inside an attempt, for its harness', async () => {
    const inbox = join(place.top, 'inbox');
    const env = { COO_INBOX: inbox, COO_PLAN: 'added', COO_STEP: 's', COO_FENCE: '3' };
    for (const words of [['done'], ['block', '--reason', 'r'], ['progress', '--text', 't'], ['ask', '--to', 'you', '--text', 't']]) {
      expect(checked(words, await place.within(env, repo, ...words, '--json'))).toMatchObject({ code: 0, documents: [{ schema: 'coo/sent.v1' }] });
    }
  });

  it('stepping in', async () => {
    expect(await one('approve', 'added', '--text')).toBe('coo/approval-text.v1 0');
    expect(await one('approve', 'added')).toBe('coo/done.v1 0');
    expect(await one('approve', 'added')).toBe('coo/unchanged.v1 0');
    expect(await one('reject', 'nowhere', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await one('pause', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('pause', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await one('resume', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('freeze', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('freeze', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await one('status')).toBe('coo/status.v1 0');
    expect(await one('claim', 'back/t', '--seat', 'you')).toBe('coo/error.v1 1');
    expect(await one('thaw', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('thaw', '--reason', 'r')).toBe('coo/error.v1 2');
    expect(await one('snapshot', 'base', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('snapshot', 'base', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await one('rollback', '--to', 'base', '--reason', 'r', '--dry-run')).toBe('coo/rolled-back.v1 0');
    expect(await one('breaker', 'open', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('breaker')).toBe('coo/breaker.v1 0');
    expect(await one('breaker', 'close', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await one('override', 'bad/s', '--to', 'done', '--reason', 'seen')).toBe('coo/done.v1 0');
    expect(await one('plan', 'cancel', 'added', '--reason', 'r')).toBe('coo/done.v1 0');
  });

  it('looking, and the record', async () => {
    expect(await one('status')).toBe('coo/status.v1 0');
    expect(await one('inbox')).toBe('coo/inbox.v1 0');
    expect(await one('explain', 'bad')).toBe('coo/explain.v1 0');
    expect(await one('explain', 'added/s')).toBe('coo/explain.v1 0');
    expect(await one('explain', 'you')).toBe('coo/explain.v1 0');
    expect(await one('log')).toBe('coo/history.v1 0');
    expect(await one('report')).toBe('coo/report.v1 0');
    expect(await one('pr', 'good', '--dry-run')).toBe('coo/pr.v1 0');
    expect(await one('receipts', 'list')).toBe('coo/receipts.v1 0');
    expect(await one('receipts', 'show', 'good.s.1')).toBe('coo/run.v1 0');
    expect(await one('key', 'new')).toBe('coo/key-new.v1 0');
    expect(await one('key')).toBe('coo/key.v1 0');
    expect(await one('verify')).toBe('coo/verify.v1 0');
    expect(await one('replay')).toBe('coo/replay.v1 0');
    expect(await one('replay', 'good/s')).toBe('coo/recording.v1 0');
    expect(await one('replay', 'good/s', '--until', '3')).toBe('coo/error.v1 2');
    expect(await one('replay', '--until', '3')).toBe('coo/replay.v1 0');
    expect(await one('replay', '--until', '9999')).toBe('coo/error.v1 2');
    expect(await one('guard', 'pre-commit')).toBe('coo/guard.v1 0');
    expect(await one('guard', 'ci', '--base', 'HEAD', '--head', 'HEAD')).toBe('coo/guard.v1 0');
    expect(await one('hooks', 'status')).toBe('coo/hooks.v1 0');
    expect(await one('hooks', 'install')).toBe('coo/hooks.v1 0');
    expect(await one('hooks', 'remove')).toBe('coo/hooks.v1 0');
    expect(await one('gc', '--dry-run')).toBe('coo/gc.v1 0');
    expect(await one('gc')).toBe('coo/gc.v1 0');
    rmSync(join(repo, '.git/coo/home.json'));
    expect(await one('init', '--rehome', '--reason', 'x')).toBe('coo/rehomed.v1 0');
    place.git(repo, 'clone', '-q', '--no-local', repo, '../clone');
    expect(await one('ledger', 'move', '../clone', '--reason', 'x')).toBe('coo/ledger-moved.v1 0');
    expect(await one('status')).toBe('coo/status.v1 0');
    expect(await one('uninstall')).toBe('coo/uninstalled.v1 0');
  });

  it('was tried with every command; demo has a test of its own', () => {
    expect(Object.keys(COMMANDS).filter((name) => !tried.has(name))).toEqual(['demo']);
  });
});

describe('every document that the command line names', () => {
  it('has a schema', () => {
    const folder = join(import.meta.dirname, '..', '..');
    const files = ['src/faces', 'src/app/operations'].flatMap((name) => readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, name, file)));
    const named = files.filter((file) => file.endsWith('.ts')).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/schema: '(coo\/[\w.-]+)'/g)].map(([, id = '']) => id));
    const known = new Set(readdirSync(join(folder, 'schemas')).map((name) => `coo/${name.replace('.schema.json', '')}`));
    expect([...new Set(named)].filter((id) => !known.has(id))).toEqual([]);
  });
});
