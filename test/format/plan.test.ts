import { fc } from './fuzz.ts';
import { describe, expect, it } from 'vitest';
import { MAX_FAULTS, formatFault } from '../../src/format/fault.ts';
import { isPlanFile, readPlan } from '../../src/format/plan.ts';
import { MAX_STEPS } from '../../src/kernel/limits.ts';
import { bytes, corpus, defaultOrg, told, wellMade } from './corpus.ts';
import { mangled } from './fuzz.ts';

const DEFAULTS = { target: 'trunk', integrate: 'merge' } as const;
const org = defaultOrg();
const read = (text: string, name = 'p.plan.yaml'): ReturnType<typeof readPlan> => readPlan(name, bytes(text), DEFAULTS, org);
const faultsOf = (text: string, name?: string): readonly string[] => {
  const done = read(text, name);
  return done.ok ? [] : done.faults.map(told);
};

const WHOLE = `plan_id: whole
title: Everything a plan can say
objective: why
draft: true
priority: high
target: release/1.x
integrate: none
brief: more
template: t
department: d
work_type: w
serves: [goal-1]
steps:
  - step_id: a
    objective: do it
    role: developer
    commands: ["true", [echo, "a b"]]
    inputs: [docs/spec.md]
    outputs: [dist/**, "caf\\u00e9.txt"]
    expected_receipts: [coverage/coverage-summary.json]
    checks: {before: ["true"], after: [[npm, test]]}
    gates: [x]
    approvers: [you]
    scope: [src/**, .github/workflows/ci.yml]
    rollback: ["git revert"]
    sla: 1h30m
    budget: {wall: 90s, tokens: 5, usd: 0.5}
    retry: {max: 0, non_retryable: [LINT]}
    env: [HOME]
    lease: 250ms
  - {step_id: b, objective: o, depends_on: [a], seat: dev, commands: ["true"]}
`;

describe('a plan', () => {
  it('keeps what it says, in milliseconds, and leaves out what it does not say', () => {
    expect(read(WHOLE)).toStrictEqual({
      ok: true,
      draft: true,
      warnings: expect.any(Array) as unknown,
      plan: {
        plan_id: 'whole', title: 'Everything a plan can say', objective: 'why', priority: 'high', target: 'release/1.x', integrate: 'none', brief: 'more', template: 't', department: 'd', work_type: 'w', serves: ['goal-1'],
        steps: [
          {
            step_id: 'a', objective: 'do it', role: 'developer', commands: ['true', ['echo', 'a b']], inputs: ['docs/spec.md'], outputs: ['dist/**', 'caf\u00e9.txt'], expected_receipts: ['coverage/coverage-summary.json'],
            checks: { before: ['true'], after: [['npm', 'test']] }, gates: ['x'], approvers: ['you'], scope: ['src/**', '.github/workflows/ci.yml'], rollback: ['git revert'],
            sla_ms: 5_400_000, budget: { wall_ms: 90_000, tokens: 5, usd: 0.5 }, retry: { max: 0, non_retryable: ['LINT'] }, env: ['HOME'], lease_ms: 250,
          },
          { step_id: 'b', objective: 'o', depends_on: ['a'], seat: 'dev', commands: ['true'] },
        ],
      },
    });
  });

  it('takes target and integration from the organisation where it names none', () => {
    const done = read('plan_id: p\ntitle: t\nsteps: [{step_id: a, objective: o, commands: ["true"]}]');
    expect(done).toStrictEqual({ ok: true, draft: false, warnings: [], plan: { plan_id: 'p', title: 't', target: 'trunk', integrate: 'merge', steps: [{ step_id: 'a', objective: 'o', commands: ['true'] }] } });
  });

  it('may cap what all its attempts use together', () => {
    const done = read('plan_id: p\ntitle: t\nbudget: {tokens: 9, usd: 1, attempts: 4, wall: 2h, lines: 80}\nsteps: [{step_id: a, objective: o, commands: ["true"]}]');
    expect(done.ok && done.plan.budget).toEqual({ tokens: 9, usd: 1, attempts: 4, wall_ms: 7_200_000, lines: 80 });
  });

  it('is the same in JSON', () => {
    const json = JSON.stringify({ $schema: 'x', schema: 'coo/plan.v1', plan_id: 'p', title: 't', steps: [{ step_id: 'a', objective: 'o', commands: ['true'] }] });
    expect(read(json, 'p.plan.json')).toStrictEqual(read('plan_id: p\ntitle: t\nsteps: [{step_id: a, objective: o, commands: ["true"]}]'));
  });

  it('is told by its name', () => {
    expect(['a.plan.yaml', 'a.plan.yml', 'a.plan.json', 'plan.plan.yaml'].filter((name) => !isPlanFile(name))).toEqual([]);
    expect(['coo.yaml', '.a.plan.yaml', '.plan.yaml', 'a.plan.yaml~', 'a.plan.yaml.swp', 'a.yaml', 'README.md'].filter(isPlanFile)).toEqual([]);
  });

  it('may target what only looks like one of coo\'s branches', () => {
    expect(faultsOf('plan_id: p\ntitle: t\ntarget: cool/x\nsteps: [{step_id: a, objective: o, commands: ["true"]}]')).toEqual([]);
  });
});

describe('a bad plan', () => {
  it.each(corpus('plan'))('%s', (name, content, expected) => {
    const done = readPlan(name, content, DEFAULTS, org);
    expect(done.ok ? ['OK'] : done.faults.map(told)).toEqual(expected);
    expect(done.ok || wellMade(done.faults)).toBe(true);
  });

  it('is shown as place, code and fix', () => {
    const done = read('plan_id: p\ntitle: t\nsteps: []');
    expect(done.ok ? [] : done.faults.map(formatFault)).toEqual(['p.plan.yaml:3:1 PLAN_EMPTY the plan has no steps\n  fix: add one: {step_id: ..., objective: ..., commands: [...]}']);
  });

  const steps = (count: number): string => `plan_id: p\ntitle: t\nsteps:\n${Array.from({ length: count }, (_unused, at) => `  - {step_id: s${String(at)}, objective: o, commands: ["true"]}\n`).join('')}`;

  it('has more steps than a plan may have: seen before it is parsed', () => {
    expect(read(steps(MAX_STEPS)).ok).toBe(true);
    expect(faultsOf(steps(MAX_STEPS + 1))).toEqual(['2004:6 PLAN_TOO_LARGE']);
    const json = JSON.stringify({ plan_id: 'p', title: 't', steps: Array.from({ length: MAX_STEPS + 1 }, () => ({ step_id: 'a', objective: 'o' })) });
    expect(faultsOf(json, 'p.plan.json')[0]).toMatch(/PLAN_TOO_LARGE/);
    expect(faultsOf(JSON.stringify({ plan_id: 'p', title: 't', steps: Array.from({ length: MAX_STEPS + 1 }, () => ({})) }), 'p.plan.json')).toEqual([expect.stringMatching(/PLAN_TOO_LARGE \/steps$/)]);
  });

  it('is larger than an entry holds', () => {
    const plan = { plan_id: 'p', title: 't', steps: Array.from({ length: 20 }, (_unused, at) => ({ step_id: `s${String(at)}`, objective: 'o', prompt: 'x'.repeat(50_000) })) };
    expect(faultsOf(JSON.stringify(plan), 'p.plan.json')).toEqual(['1:1 PLAN_TOO_LARGE']);
  });

  it('warns and is taken where only something hidden is odd', () => {
    const done = read('plan_id: p\ntitle: "a\\u200bb"\nsteps: [{step_id: a, objective: o, commands: ["true"]}]');
    expect(done.ok && done.warnings.map(told)).toEqual(['2:1 warning TEXT_HIDDEN /title']);
    expect(done.ok && done.warnings.map(({ message }) => message.includes('\u200b'))).toEqual([false]);
  });

  it('warns of what nothing acts on yet, where it stands, and is taken', () => {
    const done = read(WHOLE);
    expect(done.ok && done.warnings.map(told)).toEqual([
      '9:1 warning NOT_ENFORCED /template', '22:5 warning NOT_ENFORCED /steps/0/gates', '23:5 warning NOT_ENFORCED /steps/0/approvers', '26:5 warning NOT_ENFORCED /steps/0/sla',
    ]);
    const silent = read('plan_id: p\ntitle: t\nsteps: [{step_id: a, objective: o, commands: ["true"], gates: [], approvers: [], budget: {wall: 1m}}]');
    expect(silent.ok && silent.warnings).toEqual([]);
  });

  it('is not judged by an organisation that is not known', () => {
    const done = readPlan('p.plan.yaml', bytes('plan_id: p\ntitle: t\nsteps: [{step_id: a, objective: o, role: nobody, env: [SECRET]}]'), DEFAULTS);
    expect(done.ok).toBe(true);
  });

  it('has a chain of dependencies as long as may be, without a ring', () => {
    const chain = `plan_id: p\ntitle: t\nsteps:\n${Array.from({ length: 1_000 }, (_unused, at) => `  - {step_id: s${String(at)}, objective: o, commands: ["true"], depends_on: [s${String(at + 1)}]}\n`).join('')}`;
    expect(faultsOf(`${chain}  - {step_id: s1000, objective: o, commands: ["true"]}\n`)).toEqual([]);
    expect(faultsOf(`${chain}  - {step_id: s1000, objective: o, commands: ["true"], depends_on: [s0]}\n`)).toEqual([expect.stringMatching(/DEPENDENCY_CYCLE/)]);
  });

  it('has more warnings than anybody reads, and an error that none of them hides', () => {
    const odd = Array.from({ length: 150 }, (_unused, at) => `  - {step_id: s${String(at)}, objective: "a\\u200bb", commands: ["true"]}\n`).join('');
    const done = read(`plan_id: p\ntitle: t\nsteps:\n${odd}  - {step_id: z, objective: o, commands: ["true"], depends_on: [missing]}\n`);
    expect(done.ok ? [] : done.faults.filter(({ severity }) => severity === 'error').map(told)).toEqual(['154:65 DEPENDENCY_UNKNOWN /steps/150/depends_on/0']);
    expect(done.ok ? [] : done.faults).toHaveLength(MAX_FAULTS);
  });

  it('has more faults than anybody reads: a hundred are listed, the rest counted', () => {
    const done = read(`plan_id: p\ntitle: t\n${Array.from({ length: 300 }, (_unused, at) => `f${String(at)}: 1\n`).join('')}steps: [{step_id: a, objective: o, commands: ["true"]}]`);
    expect(done.ok ? [] : done.faults).toHaveLength(101);
    expect(done.ok ? '' : done.faults.at(-1)?.message).toBe('and 200 more');
  });
});

describe('any bytes at all', () => {
  it('give a plan or faults that are well made, never an exception', () => {
    fc.assert(
      fc.property(mangled(WHOLE), fc.constantFrom('p.plan.yaml', 'p.plan.json'), (content, name) => {
        const done = readPlan(name, content, DEFAULTS, org);
        return done.ok || wellMade(done.faults);
      }),
    );
  });

  it('as values of any shape in any field', () => {
    const field = fc.constantFrom('plan_id', 'title', 'steps', 'target', 'draft', 'serves', 'priority', 'integrate', 'objective');
    const member = fc.constantFrom('step_id', 'objective', 'depends_on', 'commands', 'outputs', 'scope', 'checks', 'budget', 'retry', 'env', 'seat', 'role', 'sla', 'lease', 'inputs', 'rollback');
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(field, value), fc.array(fc.dictionary(member, value), { maxLength: 4 }), fc.boolean(), (plan, list, own) => {
        const done = read(JSON.stringify(own ? { ...plan, steps: list } : plan), 'p.plan.json');
        return done.ok || wellMade(done.faults);
      }),
    );
  });
});

it('a step with a prompt is for whoever can do it: an agent does, a shell does not', () => {
  const seats = (harness: string): typeof org.seats => [{ seat: 's', group: 's', roles: ['developer'], harness: harness as 'shell' }];
  const lint = (harness: string, how: string): readonly string[] => {
    const done = readPlan('p.plan.yaml', bytes(`plan_id: p\ntitle: p\nsteps: [{step_id: a, objective: o, role: developer${how}}]\n`), DEFAULTS, { ...org, seats: seats(harness) });
    return done.ok ? [] : done.faults.map(({ code, fix }) => `${code} ${fix}`);
  };
  expect(lint('claude', ', prompt: p')).toEqual([]);
  expect(lint('shell', ', prompt: p')).toEqual(['NOBODY_CAN add commands:, or a seat with harness: person to coo.yaml']);
  expect(lint('acp', '')).toEqual(['NOBODY_CAN add prompt: an agent could do it then']);
});
