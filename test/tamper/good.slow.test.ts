import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardReport } from '../../src/app/guard/report.ts';
import { errorsOf, guarded, verified } from './asked.ts';
import type { Range } from './asked.ts';
import { Original } from './sample.ts';
import type { Sample } from './sample.ts';

interface Case {
  readonly name: string;
  readonly range?: Range;
  readonly tally?: Partial<Pick<GuardReport, 'commits' | 'receipts' | 'people' | 'nobody'>>;
  readonly does: (at: Sample) => void;
}

const ON_SIDE: Range = { base: 'merged', head: 'side', branch: 'coo/side' };

function signersOf(version: number): string {
  return `version: ${String(version)}\nsigners:\n  - {principal: home, key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", roles: [coordinator]}\n`;
}

/** What people and forges do every day: no alarm. */
const CASES: readonly Case[] = [
  { name: 'all that coo did, two epochs of it', range: { base: 'base', head: 'main' }, tally: { commits: 5, receipts: 4, people: 1, nobody: 0 }, does: () => undefined },
  { name: "a plan's branch as coo left it", range: { base: 'main', head: 'coo/more', branch: 'coo/more' }, tally: { commits: 5, receipts: 5 }, does: () => undefined },
  { name: 'nothing', range: { base: 'main', head: 'main' }, tally: { commits: 0 }, does: () => undefined },
  {
    name: 'a whole plan squashed by the forge',
    range: ON_SIDE,
    tally: { commits: 2, receipts: 1, people: 1 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.git('merge', '-q', '--squash', 'coo/more');
      at.as({ author: 'stranger', committer: 'forge' }, 'commit', '-q', '-m', 'Two changes (#1)');
    },
  },
  {
    name: 'a whole plan squashed after its target moved',
    range: ON_SIDE,
    tally: { commits: 3, receipts: 1, people: 2 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.commit('person', 'meanwhile', { 'meanwhile.txt': 'x' });
      at.git('merge', '-q', '--squash', 'coo/more');
      at.as({ author: 'stranger', committer: 'forge' }, 'commit', '-q', '-m', 'Two changes (#1)');
    },
  },
  {
    name: 'a plan rebased by the forge, an attempt of two commits in it',
    range: ON_SIDE,
    tally: { commits: 5, receipts: 3, people: 2 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.commit('person', 'meanwhile', { 'meanwhile.txt': 'x' });
      for (const commit of at.git('rev-list', '--reverse', '--no-merges', 'main..coo/more').split('\n')) at.as({ author: 'seat', committer: 'forge' }, 'cherry-pick', commit);
    },
  },
  ...[[], ['--rebase-merges']].map((how): Case => ({
    name: `a plan rebased by git with the commits that only add receipts${how.map((option) => `, ${option}`).join('')}`,
    range: { base: 'base', head: 'side', branch: 'coo/side' },
    tally: { people: 1, nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'target', 'base');
      at.commit('person', 'meanwhile', { 'meanwhile.txt': 'x' });
      at.git('checkout', '-q', '-b', 'side', 'coo/hello');
      at.as('forge', 'rebase', '-q', ...how, 'target');
    },
  })),
  {
    name: "a plan rebased, coo's merges kept as commits that add their receipts and name their orders",
    range: ON_SIDE,
    tally: { nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.commit('person', 'meanwhile', { 'meanwhile.txt': 'x' });
      for (const line of at.git('rev-list', '--reverse', '--topo-order', '--parents', 'main..coo/more').split('\n')) {
        const [commit = '', ...parents] = line.split(' ');
        at.as({ author: 'seat', committer: 'forge' }, 'cherry-pick', ...(parents.length > 1 ? ['-m', '1'] : []), commit);
      }
      expect(at.git('log', '-1', '--format=%B')).toMatch(/^Coo-Order: /m);
    },
  },
  {
    name: "a plan squashed with a listed person's commit on its branch, under the message that a forge proposes",
    range: ON_SIDE,
    tally: { commits: 2, people: 2 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'hand', 'coo/more');
      at.commit('person', 'a hand', { 'one.txt': 'another one' });
      const message = at.git('log', '--reverse', '--format=* %B', 'main..hand');
      expect(message.match(/^Coo-Order: more\.one\.1$/gm)?.length).toBeGreaterThan(1);
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.git('merge', '-q', '--squash', 'hand');
      at.as({ author: 'person', committer: 'forge' }, 'commit', '-q', '-m', `Two changes and a hand (#1)\n\n${message}`);
    },
  },
  {
    name: "a plan merged by the forge's button",
    range: ON_SIDE,
    tally: { nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.as({ author: 'stranger', committer: 'forge' }, 'merge', '-q', '--no-ff', '-m', 'Merge pull request #1', 'coo/more');
    },
  },
  {
    name: 'parallel plans, merged one after the other',
    range: ON_SIDE,
    tally: { nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      for (const plan of ['coo/more', 'coo/aside']) at.as({ author: 'stranger', committer: 'forge' }, 'merge', '-q', '--no-ff', '-m', `Merge ${plan}`, plan);
    },
  },
  {
    name: 'one parallel plan merged, the other squashed',
    range: ON_SIDE,
    tally: { nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'main');
      at.as('forge', 'merge', '-q', '--no-ff', '-m', 'Merge', 'coo/more');
      at.git('merge', '-q', '--squash', 'coo/aside');
      at.as('forge', 'commit', '-q', '-m', 'squash');
    },
  },
  { name: 'parallel pull requests, the second from before the first', range: { base: 'main', head: 'coo/aside', branch: 'coo/aside' }, tally: { nobody: 0 }, does: (at) => void at.as('forge', 'merge', '-q', '--no-ff', '-m', 'Merge', 'coo/more') },
  { name: "a listed person's own work", tally: { people: 2, nobody: 0 }, does: (at) => at.commit('person', 'work', { 'work.txt': 'x' }) },
  { name: "a listed person's work on a plan's branch", range: { base: 'main', head: 'side', branch: 'coo/side' }, does: (at) => (at.git('checkout', '-q', '-b', 'side', 'coo/more'), at.commit('person', 'a hand', { 'work.txt': 'x' })) },
  { name: 'work of somebody who is not listed, in dev mode', tally: { nobody: 1 }, does: (at) => at.commit('stranger', 'work', { 'work.txt': 'x' }) },
  { name: 'a listed person changes the organisation', does: (at) => at.commit('person', 'org', { '_plans/coo.yaml': at.read('_plans/coo.yaml').replace('count: 4', 'count: 9') }) },
  { name: 'key rotation: a new key under the next version', does: (at) => (at.commit('person', 'signers', { '_plans/signers.yaml': signersOf(1) }), at.commit('person', 'next', { '_plans/signers.yaml': signersOf(2) })) },
  { name: 'a listed person edits a workflow on the forge', tally: { people: 2, nobody: 0 }, does: (at) => at.commit({ author: 'person', committer: 'forge' }, 'workflow', { '.github/workflows/x.yml': 'on: push' }) },
  { name: 'a listed person changes a workflow', does: (at) => at.commit('person', 'workflow', { '.github/workflows/x.yml': 'on: push' }) },
  { name: 'a new plan by anybody', does: (at) => at.commit('stranger', 'plan', { '_plans/new.plan.yaml': 'plan_id: new\ntitle: New\nsteps:\n  - {step_id: a, objective: a, commands: ["true"]}\n' }) },
  { name: 'a draft of a plan', does: (at) => at.commit('stranger', 'plan', { '_plans/new.plan.yaml': 'plan_id: new\ntitle: New\ndraft: true\nsteps:\n  - {step_id: a, objective: a, commands: ["true"]}\n' }) },
  { name: "the record's page for readers", does: (at) => at.commit('person', 'page', { '_report/README.md': 'how to read it' }) },
  {
    name: 'a listed person takes back what a plan did, and leaves its receipts',
    does: (at) => {
      at.put('greeting.txt', null);
      at.commit('person', 'no greeting');
    },
  },
  {
    name: 'a rename, a chmod and a link among the project\'s own files',
    does: (at) => {
      at.git('mv', 'a.txt', 'b.txt');
      chmodSync(join(at.folder, 'b.txt'), 0o755);
      at.commit('person', 'rename');
    },
  },
  {
    name: 'an old branch that takes the target in',
    range: { base: 'main', head: 'side' },
    tally: { nobody: 0 },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'base');
      at.commit('person', 'old work', { 'old.txt': 'x' });
      at.git('merge', '-q', '-m', 'take main in', 'main');
    },
  },
  {
    name: 'a replace ref, which changes what git shows and nothing else',
    does: (at) => void at.git('replace', at.id('merged'), at.id('base')),
  },
  {
    name: 'what only looks like a secret',
    does: (at) => at.commit('person', 'ids', { 'ids.txt': `${'0123456789abcdef'.repeat(4)}\nsha512-${'A'.repeat(86)}==\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA x\n` }),
  },
  { name: 'the next entry of the ledger', range: { base: 'coo/ledger', head: 'next', branch: 'coo/ledger' }, tally: { commits: 1 }, does: (at) => void at.git('branch', 'next', at.append()) },
  { name: 'the whole ledger, from its first entry on', range: { base: 'first', head: 'coo/ledger', branch: 'coo/ledger' }, does: (at) => void at.git('branch', 'first', at.git('rev-list', '--max-parents=0', 'coo/ledger')) },
];

describe('no false alarm', () => {
  let original: Original;
  beforeAll(async () => {
    original = await Original.make();
  });
  afterAll(() => original.remove());

  it.each(CASES)('$name', async ({ range, tally = {}, does }) => {
    const at = original.copy();
    does(at);
    const report = await guarded(at, range);
    expect(errorsOf(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', ...tally });
  });

  it('coo verify has nothing to say of the ledger as it is, nor of replace refs and grafts', async () => {
    const at = original.copy();
    expect(await verified(at)).toEqual([]);
    at.git('replace', at.id('coo/ledger~2'), at.id('coo/ledger~3'));
    at.put('.git/info/grafts', `${at.id('coo/ledger~1')}\n`);
    expect(await verified(at)).toEqual([]);
  });
});
