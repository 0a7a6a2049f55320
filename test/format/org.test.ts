import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDefaultOrg } from '../../src/format/default-org.ts';
import { readOrg } from '../../src/format/org.ts';
import { DEFAULT_LIMITS } from '../../src/kernel/limits.ts';
import { bytes, corpus, defaultOrg, told, wellMade } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const read = (text: string): ReturnType<typeof readOrg> => readOrg('coo.yaml', bytes(text), { prefix: 'coo' });
const orgOf = (more: string): ReturnType<typeof defaultOrg> => {
  const done = read(`version: 1\nseats: [{seat: dev, roles: [developer], harness: shell}]\n${more}`);
  if (!done.ok) throw new Error(done.faults.map(told).join('\n'));
  return done.org;
};
const PLAIN = { target: 'main', integrate: 'merge', email: null, setup: [], checks: [] } as const;

describe('an organisation', () => {
  it('has each limit and each default filled in', () => {
    expect(orgOf('')).toStrictEqual({
      mode: 'dev', seats: [{ seat: 'dev', group: 'dev', roles: ['developer'], harness: 'shell' }], env: ['PATH', 'HOME', 'LANG'], workspace: { setup: [], ports: 10 }, checks: { before: [], after: [] },
      limits: DEFAULT_LIMITS, breaker: { failures: 3, cooldown_ms: 600_000, rate: 50, window: 20, alike: 3, repeats: 5, empty: 3, undone: 3 }, notify: [], branch_prefix: 'coo', target: 'main', integrate: 'merge',
    });
  });

  it('keeps what it says', () => {
    const org = orgOf('target: dev\nintegrate: none\nenv: []\nworkspace: {setup: ["npm ci", [make]], ports: 0}\nchecks: {before: [[a, b]], after: ["c"]}\nlimits: {workers: 3, wall: 2h, log_bytes: 10}\nbreaker: {failures: 5, cooldown: 30s, rate: 0, window: 10, alike: 4, repeats: 6, empty: 7, undone: 8}\nnotify: [[mail, me]]\n');
    expect(org).toMatchObject({ target: 'dev', integrate: 'none', env: [], workspace: { setup: ['npm ci', ['make']], ports: 0 }, checks: { before: [['a', 'b']], after: ['c'] }, breaker: { failures: 5, cooldown_ms: 30_000, rate: 0, window: 10, alike: 4, repeats: 6, empty: 7, undone: 8 }, notify: [['mail', 'me']] });
    expect(org.limits).toEqual({ ...DEFAULT_LIMITS, workers: 3, wall_ms: 7_200_000, log_bytes: 10 });
  });

  it('may keep what set-up makes, and ask for room on the disk', () => {
    const org = orgOf('workspace: {setup: ["npm ci"], cache: {key: [package-lock.json], paths: [node_modules, a/node_modules]}}\nlimits: {free_disk_bytes: 0}\n');
    expect(org.workspace).toStrictEqual({ setup: ['npm ci'], ports: 10, cache: { key: ['package-lock.json'], paths: ['node_modules', 'a/node_modules'] } });
    expect(org.limits).toStrictEqual({ ...DEFAULT_LIMITS, free_disk_bytes: 0 });
  });

  it.each([
    ['{key: [a]}', ['4:13 FIELD_MISSING /workspace/cache']],
    ['{key: [], paths: [a]}', ['4:21 CACHE_EMPTY /workspace/cache/key']],
    ['{key: [../a], paths: [a]}', ['4:27 PATH_DOTS /workspace/cache/key/0']],
    ['{key: [a], paths: [_bus/x]}', ['4:39 PATH_RESERVED /workspace/cache/paths/0']],
    ['{key: [a], paths: [b/c, b]}', ['4:31 CACHE_NESTED /workspace/cache/paths']],
    ['{key: [a], paths: [b], for: 1d}', ['4:43 UNKNOWN_FIELD /workspace/cache/for']],
  ])('whose cache is %s is refused', (cache, faults) => {
    const done = read(`version: 1\nseats: [{seat: dev, roles: [], harness: shell}]\nmode: dev\nworkspace: {cache: ${cache}}\n`);
    expect(done.ok ? [] : done.faults.map(told)).toEqual(faults);
  });

  it('expands counts and keeps who sits where', () => {
    const done = read('version: 1\nseats:\n  - {seat: dev, count: 2, roles: [a], harness: shell, starts: worker}\n  - {seat: you, roles: [b], harness: person, email: me@example.com, login: [me]}\n');
    expect(done.ok && done.org.seats).toStrictEqual([
      { seat: 'dev-1', group: 'dev', roles: ['a'], harness: 'shell', starts: 'worker' },
      { seat: 'dev-2', group: 'dev', roles: ['a'], harness: 'shell', starts: 'worker' },
      { seat: 'you', group: 'you', roles: ['b'], harness: 'person', email: 'me@example.com', login: ['me'] },
    ]);
  });

  it('beats four times a lease where only the lease is set', () => {
    expect(orgOf('limits: {lease: 10s}\n').limits).toMatchObject({ lease_ms: 10_000, beat_ms: 2_500 });
    expect(orgOf('limits: {lease: 10s, beat: 5s}\n').limits).toMatchObject({ lease_ms: 10_000, beat_ms: 5_000 });
  });

  it('caps what attempts use: of an agent in tokens and money too, of commands in what coo counts itself', () => {
    const done = read('version: 1\nlimits: {attempts_per_day: 5, wall_per_day: 2h, lines_per_day: 900}\nseats:\n  - {seat: dev, roles: [a], harness: shell, budget: {attempts: 3, wall: 90m, lines: 100}}\n  - {seat: bot, roles: [a], harness: claude, budget: {usd: 5, tokens: 7, attempts: 2}}\n');
    expect(done.ok && done.org.seats.map(({ budget }) => budget)).toEqual([{ attempts: 3, wall_ms: 5_400_000, lines: 100 }, { tokens: 7, usd: 5, attempts: 2 }]);
    expect(done.ok && done.org.limits).toMatchObject({ attempts_per_day: 5, wall_per_day_ms: 7_200_000, lines_per_day: 900 });
  });

  it('takes target and integration from init where it names none', () => {
    const done = readOrg('coo.yaml', bytes('version: 1\nseats: [{seat: dev, roles: [], harness: shell}]\n'), { prefix: 'x', target: 'trunk', integrate: 'pull_request' });
    expect(done.ok && done.org).toMatchObject({ branch_prefix: 'x', target: 'trunk', integrate: 'pull_request' });
  });

  it('may set what is not enforced yet, and is told so', () => {
    const done = read('version: 1\nseats: [{seat: dev, roles: [], harness: shell}]\nlimits: {usd_per_day: 30}\nnotify: [[notify-send, coo]]\n');
    expect(done.ok && done.warnings.map(told)).toEqual([]);
  });
});

describe('the coo.yaml that init writes', () => {
  it('works as it stands, without a warning', () => {
    expect(defaultOrg()).toMatchObject({ seats: [{ seat: 'dev-1' }, { seat: 'dev-2' }, { seat: 'dev-3' }, { seat: 'dev-4' }, { seat: 'you', harness: 'person' }], limits: DEFAULT_LIMITS, checks: { after: [] }, workspace: { setup: [], ports: 10 } });
    expect(renderDefaultOrg(PLAIN).split('\n')[0]).toBe('# yaml-language-server: $schema=../.git/coo/schemas/org.v1.schema.json');
  });

  it('shows examples in comments that work when taken out of them', () => {
    const live = renderDefaultOrg(PLAIN).replaceAll(/^# (?=workspace:|checks:)/gm, '');
    const done = read(live);
    expect(done.ok && done.org).toMatchObject({ workspace: { setup: ['npm ci'] }, checks: { after: ['npm test'] } });
  });

  it('has in it what was detected', () => {
    const done = read(renderDefaultOrg({ ...PLAIN, target: 'on', integrate: 'pull_request', email: 'a@b.c', setup: ['npm ci'], checks: ['npm test', 'say "hi" # there'] }));
    expect(done.ok && done.warnings).toEqual([]);
    expect(done.ok && done.org).toMatchObject({ target: 'on', integrate: 'pull_request', workspace: { setup: ['npm ci'] }, checks: { after: ['npm test', 'say "hi" # there'] } });
    expect(done.ok && done.org.seats.at(-1)?.email).toBe('a@b.c');
  });

  it('reads back whatever was put in', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '' && text.isWellFormed() && !text.includes('\0'));
    fc.assert(
      fc.property(fc.option(word), fc.array(word, { maxLength: 3 }), fc.array(word, { maxLength: 3 }), fc.constantFrom('main', '2024', 'null', 'feature/#1', 'a"b', "it's", 'true', '1e3'), (email, setup, checks, target) => {
        const done = read(renderDefaultOrg({ target, integrate: 'merge', email, setup, checks }));
        expect(done.ok ? [done.org.target, done.org.workspace.setup, done.org.checks.after] : done.faults).toEqual([target, setup, checks]);
      }),
    );
  });
});

describe('a bad organisation', () => {
  it.each(corpus('org'))('%s', (name, content, expected) => {
    const done = readOrg(name, content, { prefix: 'coo' });
    expect(done.ok ? ['OK'] : done.faults.map(told)).toEqual(expected);
    expect(done.ok || wellMade(done.faults)).toBe(true);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(mangled(renderDefaultOrg(PLAIN)), (content) => {
        const done = readOrg('coo.yaml', content, { prefix: 'coo' });
        return done.ok || wellMade(done.faults);
      }),
    );
  });
});

it("the README's organisation with agents has no fault, nor have the seats that init writes as comments", () => {
  const [, block = ''] = /### Agents\n[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')) ?? [];
  const done = read(block);
  expect(done.ok ? [...new Set(done.org.seats.map(({ harness }) => harness))] : done.faults.map(told)).toEqual(['claude', 'codex', 'acp', 'command', 'person']);
  const written = read(renderDefaultOrg(PLAIN).replaceAll('  # - {seat', '  - {seat'));
  expect(written.ok ? written.org.seats.map(({ seat }) => seat) : written.faults.map(told)).toEqual(expect.arrayContaining(['ada', 'claude-1', 'open']));
});
