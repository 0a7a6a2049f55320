// Whatever a command prints with --json is one document a line, with the name of its schema in it, and of that schema's shape. Every command; the quick suite's share is `json.test.ts`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/faces/cli/commands/table.ts';
import { JsonCommands, itBegins } from '../support/json-commands.ts';

let at: JsonCommands;
beforeAll(() => {
  at = new JsonCommands();
});
afterAll(() => at.place.remove());

describe('--json', () => {
  itBegins(() => at);

  it('questions, and the way back', async () => {
    at.plan('back', '  - {step_id: s, objective: s, prompt: think}\n  - {step_id: t, objective: t, prompt: think}\npriority: urgent\n');
    await at.said('plan', 'start', 'back');
    await at.said('claim', 'back/s', '--seat', 'you');
    expect(await at.one('ask', 'back/s', '--fence', '1', '--to', 'you', '--text', 'what?')).toBe('coo/done.v1 0');
    expect(await at.one('answer', 'back/s', '--text', 'that')).toBe('coo/done.v1 0');
    expect(await at.one('answer', 'back/s', '--text', 'that')).toBe('coo/error.v1 1');
    expect(await at.one('reassign', 'back/s', '--to', 'you', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('reassign', 'back/s', '--to', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await at.one('reassign', 'back/s', '--reason', 'r')).toBe('coo/error.v1 2');
    await at.said('claim', 'back/s', '--seat', 'you');
    expect(await at.one('give', 'back/s', '--fence', '2', '--to', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    await at.said('release', 'back/s', '--fence', '2');
    expect(await at.one('undo', 'back/s', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await at.one('skip', 'back/s', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('take', 'back/t', '--seat', 'you', '--reason', 'r')).toBe('coo/error.v1 5');
    expect(await at.one('next', '--seat', 'you')).toBe('coo/next.v1 0');
    expect(await at.one('take', 'back/t', '--seat', 'you', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await at.one('cancel', 'back', '--reason', 'r')).toBe('coo/done.v1 0');
  });

  it('a claim and its words', async () => {
    expect(await at.one('claim', 'added/s', '--seat', 'you')).toBe('coo/claimed.v1 0');
    expect(await at.one('claim', 'added/s', '--seat', 'you')).toBe('coo/error.v1 5');
    expect(await at.one('renew', 'added/s', '--fence', '1')).toBe('coo/done.v1 0');
    expect(await at.one('progress', 'added/s', '--fence', '1', '--text', 'half way')).toBe('coo/done.v1 0');
    expect(await at.one('release', 'added/s', '--fence', '1')).toBe('coo/done.v1 0');
    await at.said('claim', 'added/s', '--seat', 'you');
    expect(await at.one('block', 'added/s', '--fence', '2', '--reason', 'no paper')).toBe('coo/done.v1 0');
    expect(await at.one('retry', 'added/s', '--reason', 'paper came')).toBe('coo/done.v1 0');
    await at.said('claim', 'added/s', '--seat', 'you');
    expect(await at.one('done', 'added/s', '--fence', '3')).toBe('coo/done.v1 0');
  });

  it('a word inside an attempt, for its harness', async () => {
    const inbox = join(at.place.top, 'inbox');
    const env = { COO_INBOX: inbox, COO_PLAN: 'added', COO_STEP: 's', COO_FENCE: '3' };
    for (const words of [['done'], ['block', '--reason', 'r'], ['progress', '--text', 't'], ['ask', '--to', 'you', '--text', 't']]) {
      expect(at.checked(words, await at.place.within(env, at.repo, ...words, '--json'))).toMatchObject({ code: 0, documents: [{ schema: 'coo/sent.v1' }] });
    }
  });

  it('stepping in', async () => {
    expect(await at.one('approve', 'added', '--text')).toBe('coo/approval-text.v1 0');
    expect(await at.one('approve', 'added')).toBe('coo/done.v1 0');
    expect(await at.one('approve', 'added')).toBe('coo/unchanged.v1 0');
    expect(await at.one('reject', 'nowhere', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await at.one('pause', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('pause', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await at.one('resume', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('freeze', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('freeze', '--reason', 'r')).toBe('coo/unchanged.v1 0');
    expect(await at.one('status')).toBe('coo/status.v1 0');
    expect(await at.one('claim', 'back/t', '--seat', 'you')).toBe('coo/error.v1 1');
    expect(await at.one('thaw', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('thaw', '--reason', 'r')).toBe('coo/error.v1 2');
    expect(await at.one('snapshot', 'base', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('snapshot', 'base', '--reason', 'r')).toBe('coo/error.v1 1');
    expect(await at.one('rollback', '--to', 'base', '--reason', 'r', '--dry-run')).toBe('coo/rolled-back.v1 0');
    expect(await at.one('breaker', 'open', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('breaker')).toBe('coo/breaker.v1 0');
    expect(await at.one('breaker', 'close', '--reason', 'r')).toBe('coo/done.v1 0');
    expect(await at.one('override', 'bad/s', '--to', 'done', '--reason', 'seen')).toBe('coo/done.v1 0');
    expect(await at.one('plan', 'cancel', 'added', '--reason', 'r')).toBe('coo/done.v1 0');
  });

  it('looking, and the record', async () => {
    expect(await at.one('status')).toBe('coo/status.v1 0');
    expect(await at.one('inbox')).toBe('coo/inbox.v1 0');
    expect(await at.one('explain', 'bad')).toBe('coo/explain.v1 0');
    expect(await at.one('explain', 'added/s')).toBe('coo/explain.v1 0');
    expect(await at.one('explain', 'you')).toBe('coo/explain.v1 0');
    expect(await at.one('log')).toBe('coo/history.v1 0');
    expect(await at.one('report')).toBe('coo/report.v1 0');
    expect(await at.one('pr', 'good', '--dry-run')).toBe('coo/pr.v1 0');
    expect(await at.one('receipts', 'list')).toBe('coo/receipts.v1 0');
    expect(await at.one('receipts', 'show', 'good.s.1')).toBe('coo/run.v1 0');
    expect(await at.one('key', 'new')).toBe('coo/key-new.v1 0');
    expect(await at.one('key')).toBe('coo/key.v1 0');
    expect(await at.one('verify')).toBe('coo/verify.v1 0');
    expect(await at.one('replay')).toBe('coo/replay.v1 0');
    expect(await at.one('replay', 'good/s')).toBe('coo/recording.v1 0');
    expect(await at.one('replay', 'good/s', '--until', '3')).toBe('coo/error.v1 2');
    expect(await at.one('replay', '--until', '3')).toBe('coo/replay.v1 0');
    expect(await at.one('replay', '--until', '9999')).toBe('coo/error.v1 2');
    expect(await at.one('guard', 'pre-commit')).toBe('coo/guard.v1 0');
    expect(await at.one('guard', 'ci', '--base', 'HEAD', '--head', 'HEAD')).toBe('coo/guard.v1 0');
    expect(await at.one('hooks', 'status')).toBe('coo/hooks.v1 0');
    expect(await at.one('hooks', 'install')).toBe('coo/hooks.v1 0');
    expect(await at.one('hooks', 'remove')).toBe('coo/hooks.v1 0');
    expect(await at.one('gc', '--dry-run')).toBe('coo/gc.v1 0');
    expect(await at.one('gc')).toBe('coo/gc.v1 0');
    rmSync(join(at.repo, '.git/coo/home.json'));
    expect(await at.one('init', '--rehome', '--reason', 'x')).toBe('coo/rehomed.v1 0');
    at.place.git(at.repo, 'clone', '-q', '--no-local', at.repo, '../clone');
    expect(await at.one('ledger', 'move', '../clone', '--reason', 'x')).toBe('coo/ledger-moved.v1 0');
    expect(await at.one('status')).toBe('coo/status.v1 0');
    expect(await at.one('uninstall')).toBe('coo/uninstalled.v1 0');
  });

  it('was tried with every command; demo has a test of its own', () => {
    expect(Object.keys(COMMANDS).filter((name) => !at.tried.has(name))).toEqual(['demo']);
  });
});
