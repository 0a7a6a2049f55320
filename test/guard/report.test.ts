import { describe, expect, it } from 'vitest';
import type { GuardReport } from '../../src/app/guard/report.ts';
import { guardLines } from '../../src/faces/cli/guard-lines.ts';
import { BARE } from '../../src/faces/cli/style.ts';
import { annotations, inert, summary } from '../../src/faces/guard/github.ts';
import { sarif } from '../../src/faces/guard/sarif.ts';
import { shapeErrors } from '../../tools/generate.ts';

const COMMIT = 'a'.repeat(40);
const REPORT: GuardReport = {
  schema: 'coo/guard.v1',
  place: 'ci',
  verdict: 'refused',
  commits: 14,
  receipts: 12,
  people: 1,
  nobody: 1,
  findings: [
    { code: 'COMMIT_UNLISTED', severity: 'note', path: null, commit: COMMIT, message: '"work" by a@b', fix: 'list them' },
    { code: 'SECRET', severity: 'error', path: 'src/a,b:c%.txt', line: 3, commit: COMMIT, message: 'holds 100% of\n::error::a key | @everyone <script>', fix: 'take it out' },
    { code: 'BREAKER_OPEN', severity: 'warning', path: null, commit: null, message: 'the breaker is open', fix: 'coo breaker' },
  ],
};

describe('what the guard says', () => {
  it('to people: errors first, the verdict last', () => {
    const lines = guardLines(REPORT, BARE);
    expect(lines[0]).toBe('src/a,b:c%.txt:3 (commit aaaaaaaaaaaa): holds 100% of\\n::error::a key | @everyone <script> [SECRET]');
    expect(lines.at(-1)).toBe('refused: 1 finding; 12 of 14 commits accounted for by receipts, 1 by people, 1 by nobody who is listed');
    expect(guardLines({ ...REPORT, verdict: 'passed', nobody: 0, people: 2, findings: [] }, BARE)).toEqual(['12 of 14 commits accounted for by receipts, 2 by people']);
    expect(guardLines({ ...REPORT, verdict: 'unproven' }, BARE).at(-1)).toBe('the ledger does not verify: 1 finding');
  });

  it('to people: many notes are counted', () => {
    const [note] = REPORT.findings;
    const lines = guardLines({ ...REPORT, verdict: 'passed', findings: Array.from({ length: 25 }, () => note ?? []).flat() }, BARE);
    expect(lines.filter((line) => line.includes('[COMMIT_UNLISTED]'))).toHaveLength(10);
    expect(lines).toContain('and 15 more notes: --json lists them');
  });

  it("to GitHub: workflow commands that outside text cannot break out of", () => {
    const said = annotations(REPORT);
    expect(said).toEqual([
      '::error file=src/a%2Cb%3Ac%25.txt,line=3,title=SECRET::aaaaaaaaaaaa: holds 100%25 of\\n::error::a key | @everyone <script>; next: take it out',
      '::warning title=BREAKER_OPEN::the breaker is open; next: coo breaker',
      '::notice title=COMMIT_UNLISTED::aaaaaaaaaaaa: "work" by a@b; next: list them',
    ]);
    expect(said.every((line) => !/[\r\n]/.test(line))).toBe(true);
  });

  it.each([
    ['::stop-commands::tok', '\\u{3a}:stop-commands::tok:1: holds a key [SECRET]'],
    [' \u00a0::error::pwned', ' \u00a0\\u{3a}:error::pwned:1: holds a key [SECRET]'],
    ['a##[add-mask]b', 'a#\\u{23}[add-mask]b:1: holds a key [SECRET]'],
    ['a::b', 'a::b:1: holds a key [SECRET]'],
  ])('to people in a log of GitHub: no command of the file %j', (path, line) => {
    const report: GuardReport = { ...REPORT, findings: [{ code: 'SECRET', severity: 'error', path, line: 1, commit: null, message: 'holds a key', fix: 'take it out' }] };
    expect(guardLines(report, BARE).map(inert)[0]).toBe(line);
  });

  it('to GitHub: a summary that mentions nobody and holds no markup of others', () => {
    const page = summary(REPORT);
    expect(page.split('\n')[0]).toContain('12 of 14 commits accounted for');
    expect(page).not.toMatch(/@everyone|<script>|\| @/);
    expect(page.split('\n').filter((line) => line.startsWith('| error'))).toHaveLength(1);
  });

  it('as SARIF 2.1.0', () => {
    const log = JSON.parse(sarif(REPORT, '1.2.3')) as { version: string; runs: { tool: { driver: { name: string; rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; message: { text: string }; locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[] }[] }[] };
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const [run] = log.runs;
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['COMMIT_UNLISTED', 'SECRET', 'BREAKER_OPEN']);
    for (const { ruleId, ruleIndex, level, message, locations } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note', 'none']).toContain(level);
      expect(message.text).not.toBe('');
      expect(locations[0]?.physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(() => new URL(locations[0]?.physicalLocation.artifactLocation.uri ?? '', 'file:///repo/')).not.toThrow();
    }
    expect(run?.results[1]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('src/a%2Cb%3Ac%25.txt');
  });

  it('as --json: by its schema', () => {
    expect(shapeErrors('coo/guard.v1', REPORT)).toEqual([]);
  });
});
