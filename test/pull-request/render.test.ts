// What a reviewer reads, from plans and receipts: the verdict first, hostile texts as text, and never more than a forge takes.
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { PlanFacts } from '../../src/app/pull-request/facts.ts';
import { MAX_BODY, renderBody, renderTitle } from '../../src/app/pull-request/render.ts';
import { verdictOf } from '../../src/app/pull-request/verdict.ts';
import type { Run } from '../../src/format/run.ts';
import { planStatus } from '../../src/kernel/views.ts';
import { RUN } from '../format/samples.ts';
import { plan, REASON, step, World } from '../support/state-builder.ts';

const CHECK = { phase: 'check', argv: ['npm', 'test'], exit: 0, ending: 'exited', ms: 10, log: { sha256: 'a'.repeat(64), bytes: 0, kept: 0 }, head: '', tail: '' } as const;
const html = (markdown: string): string => micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

/** The facts of the plan `p` of a world, each step with receipts that say `over`. */
function factsOf(world: World, over: (run: Run) => Run = (run) => run): PlanFacts {
  const state = world.plan('p');
  const steps = [...state.steps.values()].map((one) => ({
    step: one,
    attempts: one.receipts.map((path) => ({ path, run: over({ ...RUN, order: { ...RUN.order, step_id: one.step_id, plan_id: 'p' }, judgement: { candidate_tree: null, plan_before: null, checks: [CHECK, CHECK], findings: [] } }) })),
  }));
  return { ledger: '00ff', plan: state, status: planStatus(state), branch: 'coo/p', ledgerBranch: 'coo/ledger', steps };
}

function finished(...steps: readonly string[]): World {
  const world = World.started().submit(plan('p', steps, { integrate: 'pull_request' }));
  for (const _ of steps) world.accept(world.assign());
  return world;
}

describe('the verdict', () => {
  it('is ready only where every step was accepted on evidence', () => {
    expect(verdictOf(factsOf(finished('a', 'b<-a')))).toEqual({ kind: 'ready', text: 'Ready to merge: 2 of 2 steps done, 4 checks passed on what was merged' });
    const skipped = World.started().submit(plan('p', ['a', 'b<-a'], { integrate: 'pull_request' }));
    skipped.accept(skipped.assign());
    skipped.yes({ type: 'skip', plan_id: 'p', step_id: 'b', ...REASON });
    expect(verdictOf(factsOf(skipped))).toEqual({ kind: 'look', text: "Look first: 2 of 2 steps done, 2 checks passed on what was merged, 1 of the steps by a person's word and not on evidence" });
  });

  it('says what is missing, failed, in the way, or over', () => {
    const open = World.started().submit(plan('p', ['a', 'b<-a']));
    expect(verdictOf(factsOf(open)).text).toBe('Not finished: 0 of 2 steps done');
    open.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'failed', ...REASON });
    expect(verdictOf(factsOf(open)).kind).toBe('failed');
    open.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
    expect(verdictOf(factsOf(open)).kind).toBe('blocked');
    open.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    expect(verdictOf(factsOf(open)).kind).toBe('cancelled');
    const stuck = World.started().submit(plan('p', ['a']));
    stuck.accept(stuck.assign());
    stuck.yes({ type: 'integration_blocked', plan_id: 'p', code: 'DIRTY', message: 'x is changed', paths: [] });
    expect(verdictOf(factsOf(stuck)).kind).toBe('blocked');
    expect(renderBody(factsOf(stuck))).toContain('In the way: x is changed');
    stuck.integrate('p');
    expect(verdictOf(factsOf(stuck)).kind).toBe('merged');
  });
});

describe('the body', () => {
  it('begins with the verdict, and has a row for each step with seat, attempts, time, cost, checks and evidence', () => {
    const body = renderBody(factsOf(finished('a', 'b<-a')));
    expect(body.split('\n')[0]).toBe('**Ready to merge: 2 of 2 steps done, 4 checks passed on what was merged.**');
    const markup = html(body);
    const cells = [...markup.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);
    expect(cells.slice(0, 8)).toEqual(['<code>a</code> do a', 'done', 'dev-1', '1', '1 s', '1 s', '2 of 2', `<code>${RUN.change?.commit.slice(0, 12) ?? ''}</code> 1 file +1 -0, 1 output, 1 proof`]);
    expect(cells).toHaveLength(16);
    expect(markup.match(/<details>/g)).toHaveLength(2);
    expect(markup).toContain('It said (words, not evidence):');
    expect(markup).toMatch(/<pre><code class="language-mermaid">flowchart LR\n {2}n0\[&quot;a&lt;br\/&gt;done, dev-1&quot;\]:::good\n/);
  });

  it('has no picture where no step waits for another', () => {
    expect(renderBody(factsOf(finished('a', 'b')))).not.toContain('mermaid');
  });

  it('is not broken out of by what plans and agents say', () => {
    const evil = '</pre></details>\n\n| x |\n\n<img src=x onerror=y> @octocat closes #1 ```';
    const world = World.started().submit(plan('p', [step('a', { objective: evil })], { title: evil, objective: evil, integrate: 'pull_request' }));
    world.accept(world.assign());
    const facts = factsOf(world, (run) => ({
      ...run,
      narration: evil,
      who: { ...run.who, harness_version: evil },
      findings: [{ code: 'X', message: evil, path: evil }],
      outputs: [{ path: evil, sha256: 'a'.repeat(64), bytes: 1 }],
      commands: [{ ...CHECK, argv: ['sh', '-c', evil], exit: 1, tail: evil }, { ...CHECK, ending: 'signalled', exit: null, signal: 'SIGKILL' }],
    }));
    const made = renderBody(facts);
    const tags = [...html(made).matchAll(/<(\/?[a-z0-9]+)/gi)].map(([, tag]) => tag);
    expect(tags.filter((tag) => tag === 'img' || tag === 'a' || tag === 'script')).toEqual([]);
    for (const tag of ['details', 'pre', 'summary', 'table']) expect([tag, tags.filter((one) => one === tag).length]).toEqual([tag, tags.filter((one) => one === `/${tag}`).length]);
    expect(tags.filter((tag) => tag === 'td')).toHaveLength(8);
    for (const text of [made, renderTitle(facts)]) expect(text).not.toMatch(/@octocat|#1(?!\d*;)/);
  });

  it.each([
    ['details', 60, 2_000, /^\*\*Cut to 65536 characters\*\*: the details of \d+ steps are left out\./],
    ['rows', 2_000, 200, /^\*\*Cut to 65536 characters\*\*: \d+ steps are not in the table, the details of \d+ steps are left out\./],
  ])('says which %s were cut', (_, count, units, said) => {
    const world = World.started();
    world.checksEveryEvent = false;
    world.submit(plan('p', Array.from({ length: count }, (__, at) => step(`s${String(at)}`, { objective: '<'.repeat(units) }))));
    for (let at = 0; at < count; at += 1) world.accept(world.assign());
    const body = renderBody(factsOf(world));
    expect(body.length).toBeLessThanOrEqual(MAX_BODY);
    expect(body.split('\n').find((line) => line.startsWith('**Cut'))).toMatch(said);
    expect(body.trimEnd().split('\n').at(-1)).toContain('coo verify');
  });
});
