// What a person reads of the record: a report of a time, and one receipt; as Markdown, and as JSON of its schema.
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/app/operations/report.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

const EVIL = 'x | </details><img src=x> @octocat closes #1';

beforeAll(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'a\n' });
  place.write(join(repo, '_plans/coo.yaml'), 'version: 1\ntarget: main\nseats: [{seat: dev, count: 2, roles: [developer], harness: shell}, {seat: you, roles: [developer], harness: person}]\nlimits: {backoff: 50ms}\n');
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: ${JSON.stringify(EVIL)}\nsteps:\n  - {step_id: a, objective: write it, commands: ["test $COO_ATTEMPT = 2 && echo b > b.txt"], outputs: [b.txt], checks: {after: ["grep -q b b.txt"]}}\n  - {step_id: b, objective: fail, commands: [${JSON.stringify(`echo '${EVIL}'; exit 1`)}], retry: {max: 0}, depends_on: [a]}\n  - {step_id: c, objective: think, prompt: think}\n`);
  await place.coo(repo, 'run', '--until-idle');
  await place.coo(repo, 'skip', 'p/c', '--reason', EVIL);
  await place.coo(repo, 'override', 'p/b', '--to', 'done', '--reason', 'by hand');
  await place.coo(repo, 'run', '--until-idle');
});
afterAll(() => place.remove());

async function reported(...args: readonly string[]): Promise<Report> {
  const { code, stdout } = await place.coo(repo, 'report', ...args, '--json');
  expect(code, stdout).toBe(0);
  const made = JSON.parse(stdout) as Report;
  expect(shapeErrors('coo/report.v1', made)).toEqual([]);
  return made;
}

describe('coo report', () => {
  it('says what was done, by whom, on what evidence; what failed and what it took; what people decided', async () => {
    const made = await reported('--since', '1h');
    expect(made.plans).toEqual([{ plan_id: 'p', title: EVIL, state: 'done', done: 3, of: 3 }]);
    expect(made.accepted).toMatchObject([{ step: 'p/a', attempt: 2, files: 1, added: 1, removed: 0, checks: 1, outputs: 1 }]);
    expect(made.setbacks.map(({ step, attempt, kind }) => [step, attempt, kind])).toEqual([['p/a', 1, 'failed'], ['p/b', 1, 'failed']]);
    expect(made.decided.map(({ what }) => what)).toEqual([expect.stringContaining('p/c  skipped by'), expect.stringContaining('p/b  ')]);
    expect(made.spent.reduce((sum, { attempts, accepted }) => [(sum[0] ?? 0) + attempts, (sum[1] ?? 0) + accepted], [0, 0])).toEqual([3, 1]);
    expect(made.entries?.first).toBe(1);
  });

  it('is Markdown in which what others wrote is text', async () => {
    const { code, stdout } = await place.coo(repo, 'report');
    expect([code, stdout.split('\n')[2]]).toEqual([0, '**1 step accepted on evidence, 2 setbacks, 2 decisions by people; 1 plan done of 1 that moved.**']);
    const html = micromark(stdout, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual(['Plans', 'Done', 'Failures and rework', 'What people decided', 'Cost']);
    expect(html).not.toMatch(/<(?:img|a|details|\/details)/);
    expect(stdout).not.toMatch(/@octocat|#1(?!\d*;)/);
  });

  it('looks no further back than it is told, and at one plan when it is named', async () => {
    expect(await reported('--since', '1ms')).toMatchObject({ entries: null, plans: [], accepted: [], setbacks: [], decided: [], spent: [] });
    expect((await place.coo(repo, 'report', '--since', '1ms')).stdout).toMatch(/^# Nothing happened from /);
    expect(await reported('--plan', 'p')).toMatchObject({ plans: [{ plan_id: 'p' }], accepted: [{ step: 'p/a' }] });
    expect(JSON.parse((await place.coo(repo, 'report', '--plan', 'q', '--json')).stdout)).toMatchObject({ code: 'PLAN_UNKNOWN' });
    expect((await place.coo(repo, 'report', '--since', 'yesterday')).code).toBe(2);
  });
});

describe('coo receipts show', () => {
  it('begins with the verdict', async () => {
    expect((await place.coo(repo, 'receipts', 'show', 'p.a.2')).stdout).toMatch(/^p\.a\.2 {2}passed\n {2}verdict {3}Accepted on evidence: 1 of 1 checks passed on what was merged\n/);
    expect((await place.coo(repo, 'receipts', 'show', 'p.b.1')).stdout).toMatch(/\n {2}verdict {3}Not accepted \(failed\): 1 finding\n/);
  });

  it('is a page of Markdown as well', async () => {
    const { code, stdout } = await place.coo(repo, 'receipts', 'show', 'p.b.1', '--format', 'markdown');
    expect([code, stdout.split('\n').slice(0, 3)]).toEqual([0, ['# `p.b.1`: failed', '', '**Not accepted (failed): 1 finding.**']]);
    const html = micromark(stdout, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    expect(html).toMatch(/<pre>x &#124; &#60;/);
    expect(html).not.toMatch(/<(?:img|a|details|\/details)/);
    expect((await place.coo(repo, 'receipts', 'show', 'p.b.1', '--format', 'html')).code).toBe(2);
  });
});

describe('of an agent', () => {
  it('a receipt and a report say what it used, at which price, what it was denied and why it ended', async () => {
    const own = scratch();
    try {
      const said = [
        { type: 'session', id: 's-1', model: 'm-1', version: '7.1' },
        { type: 'usage', input: 1_000, output: 20, cache_read: 3, usd: 0.25 },
        { type: 'denied', what: 'Web | <img>' },
        { type: 'done', summary: 'wrote it', turns: 2 },
      ];
      const folder = await own.project({ 'agent.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('x.txt', 'x'); for (const one of ${JSON.stringify(said)}) console.log(JSON.stringify(one));` });
      own.write(join(folder, '_plans/coo.yaml'), 'version: 1\ntarget: main\nseats: [{seat: robot, roles: [developer], harness: command, command: [node, agent.mjs]}, {seat: you, roles: [approver], harness: person}]\n');
      own.write(join(folder, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: t\nsteps:\n  - {step_id: a, objective: write it, prompt: write it, outputs: [x.txt]}\n');
      const ran = await own.coo(folder, 'run', '--until-idle');
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      const { stdout } = await own.coo(folder, 'receipts', 'show', 'p.a.1');
      expect(stdout).toContain('  agent     m-1, program 7.1, session s-1\n            2 turns; 1,000 tokens in, 20 out, 3 from a cache, 0 into one; $0.25, as its program says\n  ended     done\n  denied    Web | <img>\n');
      const page = (await own.coo(folder, 'receipts', 'show', 'p.a.1', '--format', 'markdown')).stdout;
      expect(page).toContain('Agent: m-1, program 7.1, session s-1; 2 turns; 1,000 tokens in, 20 out, 3 from a cache, 0 into one; ');
      expect(micromark(page, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })).not.toContain('<img>');
      expect((await own.coo(folder, 'report')).stdout).toContain('Agents used 1,023 tokens and $0.25 in 1 session.\n');
      const made = JSON.parse((await own.coo(folder, 'report', '--json')).stdout) as Report;
      expect(shapeErrors('coo/report.v1', made)).toEqual([]);
      expect(made.spent).toMatchObject([{ seat: 'robot', agents: { sessions: 1, tokens: 1_023, micro_usd: 250_000, unpriced: 0 } }]);
    } finally {
      own.remove();
    }
  });
});
