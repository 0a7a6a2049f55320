import { describe, expect, it } from 'vitest';
import type { LedgerWorld } from '../../src/app/world.ts';
import { heldStep } from '../../src/faces/cli/held.ts';
import { main } from '../../src/faces/cli/main.ts';
import { readMessage } from '../../src/format/messages.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeHost } from './fake-host.ts';

const ENV = { COO_PLAN: 'hello', COO_STEP: 'greet', COO_FENCE: '3', COO_TOKEN: 'secret', COO_INBOX: '/inbox', COO_WORKSPACE: '/space' };

describe('which claim is meant', () => {
  it('is the one of the environment, where none is named', () => {
    expect(heldStep(ENV, undefined, {})).toEqual({ plan_id: 'hello', step_id: 'greet', fence: 3, token: 'secret' });
  });

  it('takes fence and token of the environment for that step only', () => {
    expect(heldStep(ENV, 'hello/other', {})).toEqual({ plan_id: 'hello', step_id: 'other' });
    expect(heldStep(ENV, 'hello/greet', { fence: '9' })).toEqual({ plan_id: 'hello', step_id: 'greet', fence: 9, token: 'secret' });
  });

  it('has to be named where there is no environment', () => {
    expect(() => heldStep({}, undefined, {})).toThrow(expect.objectContaining({ code: 'USAGE', exit: 2 }));
  });
});

describe('inside an attempt', () => {
  /** Types a line where COO_INBOX is set. Returns what then lies in the inbox, as the harness reads it. */
  async function inbox(line: readonly string[], env: Readonly<Record<string, string>> = ENV): Promise<{ readonly exit: number; readonly err: string; readonly names: readonly string[]; readonly messages: readonly unknown[]; readonly asked: readonly string[] }> {
    const files = fakeFiles();
    const host = fakeHost({ env });
    const closed: string[] = [];
    const world = { files, clock: { now: () => 1_700_000_000_000 }, random: { hex: (bytes: number) => 'ab'.repeat(bytes) }, git: { close: async () => Promise.resolve(void closed.push('git')) } };
    const exit = await main(line, { ...host, ledger: async (folder) => Promise.resolve((host.asked.push(folder), world as unknown as LedgerWorld)), stderr: { isTTY: false, write: (text) => void (host.err += text) } });
    const names = await files.list('/inbox');
    const messages = await Promise.all(names.map(async (name) => readMessage(await files.read(`/inbox/${name}`, 1e6), name)));
    return { exit, err: host.err, names, messages, asked: host.asked };
  }
  const AT = { plan_id: 'hello', step_id: 'greet', fence: 3, token: 'secret' };

  it.each([
    [['block', '--reason', 'no key'], { type: 'step.blocked', ...AT, reason: 'no key' }],
    [['progress', '--text', 'half way'], { type: 'step.progress', ...AT, text: 'half way' }],
    [['done'], { type: 'step.done', ...AT, commit: 'a'.repeat(40) }],
  ])('%j is a message that the harness can read', async (line, message) => {
    const { exit, names, messages, asked } = await inbox(line);
    expect({ exit, asked }).toEqual({ exit: 0, asked: ['/space'] });
    expect(names).toEqual([`001700000000000-abababab.${message.type}.json`]);
    expect(messages).toEqual([{ ok: true, message }]);
  });

  it('a commit that is none is refused before anything is said', async () => {
    const { exit, err, names } = await inbox(['done', '--commit', 'nope']);
    expect({ exit, names }).toEqual({ exit: 1, names: [] });
    expect(err).toContain('[REVISION_UNKNOWN]');
  });

  it('a message without a fence is refused', async () => {
    const { exit, names } = await inbox(['block', '--reason', 'x'], { ...ENV, COO_FENCE: '' });
    expect({ exit, names }).toEqual({ exit: 2, names: [] });
  });
});
