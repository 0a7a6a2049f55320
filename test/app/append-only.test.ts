import { describe, expect, it } from 'vitest';
import { AppendOnly } from '../../src/app/history/append-only.ts';
import type { PathChange, Side } from '../../src/app/history/append-only.ts';

const R = '_report/agent/dev/runs/a.json';
const plain = (id = '1', mode = '100644'): Side => ({ mode, id });
const added = (path: string, after = plain()): PathChange => ({ path, before: null, after });
const removed = (path: string): PathChange => ({ path, before: plain(), after: null });
const became = (path: string, after: Side): PathChange => ({ path, before: plain(), after });
const isRecord = (path: string): boolean => path.startsWith('_report/');

/** The codes that a row of commits gives, each commit by its differences against its parents. */
function codes(...commits: readonly (readonly (readonly PathChange[])[])[]): readonly string[] {
  const rule = new AppendOnly(isRecord);
  return commits.flatMap((differences) => rule.commit(differences).map(({ code, path }) => `${code} ${path}`));
}

describe('a commit of one parent', () => {
  it('may add, and do what it likes elsewhere', () => {
    expect(codes([[added(R), removed('src/a.ts'), became('src/b.ts', plain('2', '100755'))]], [[added('_report/b.json')]])).toEqual([]);
  });

  it('may not change, remove or rename a record', () => {
    expect(codes([[became(R, plain('2'))]])).toEqual([`RECORD_CHANGED ${R}`]);
    expect(codes([[removed(R)]])).toEqual([`RECORD_REMOVED ${R}`]);
    expect(codes([[removed(R), added('kept/a.json')]])).toEqual([`RECORD_REMOVED ${R}`]);
  });

  it('may not change and put back: each commit counts', () => {
    expect(codes([[became(R, plain('2'))]], [[{ path: R, before: plain('2'), after: plain() }]])).toEqual([`RECORD_CHANGED ${R}`, `RECORD_CHANGED ${R}`]);
    expect(codes([[added(R)]], [[removed(R)]], [[added(R)]])).toEqual([`RECORD_REMOVED ${R}`]);
  });

  it('may not make a record executable, a link, a submodule, a folder', () => {
    for (const mode of ['100755', '120000', '160000']) expect(codes([[became(R, plain('1', mode))]])).toEqual([`RECORD_MODE ${R}`]);
    expect(codes([[removed(R), added(`${R}/b`)]])).toEqual([`RECORD_REMOVED ${R}`]);
  });

  it('may add nothing but plain files', () => {
    for (const mode of ['100755', '120000', '160000']) expect(codes([[added(R, plain('1', mode))]])).toEqual([`RECORD_NOT_PLAIN ${R}`]);
    expect(codes([[added('link', plain('1', '120000'))]])).toEqual([]);
  });

  it('says what was done', () => {
    const [breach] = new AppendOnly(isRecord).commit([[became(R, plain('1', '120000'))]]);
    expect(breach).toEqual({ code: 'RECORD_MODE', path: R, message: 'was a plain file and became a symbolic link' });
  });
});

describe('names that some systems take for one', () => {
  it('are found in a file and in a folder, in one commit and in two', () => {
    expect(codes([[added('_report/a.json'), added('_report/A.json')]])).toEqual(['NAME_COLLIDES _report/a.json']);
    expect(codes([[added('_report/a/x')]], [[added('_report/A/y')]])).toEqual(['NAME_COLLIDES _report/A/y']);
  });

  it('are found by Unicode form', () => {
    expect(codes([[added('_report/\u00e9.json')]], [[added('_report/e\u0301.json')]])).toEqual(['NAME_COLLIDES _report/e\u0301.json']);
  });

  it('are found against what stood before the first commit', () => {
    const rule = new AppendOnly(isRecord);
    rule.know('_report/a/x');
    rule.know('src/Y');
    expect(rule.commit([[added('_report/a/X'), added('_report/a/y'), added('src/y')]]).map(({ code, path }) => `${code} ${path}`)).toEqual(['NAME_COLLIDES _report/a/X']);
  });

  it('are protected as the folder is that they look like', () => {
    expect(codes([[added(R)]], [[added('_Report/b.json')]])).toEqual(['NAME_COLLIDES _Report/b.json']);
    expect(codes([[became('_REPORT/b.json', plain('2'))]])).toEqual(['RECORD_CHANGED _REPORT/b.json']);
  });
});

describe('a merge', () => {
  it('may take records from each parent', () => {
    expect(codes([[added('_report/theirs')], [added('_report/ours')]])).toEqual([]);
  });

  it('may not add or change by itself', () => {
    expect(codes([[added(R)], [added(R)]])).toEqual([`MERGE_EVIL ${R}`]);
    expect(codes([[became(R, plain('3'))], [{ path: R, before: plain('2'), after: plain('3') }]])).toEqual([`MERGE_EVIL ${R}`]);
    expect(codes([[became(R, plain('3'))], [added(R, plain('3'))]])).toEqual([`MERGE_EVIL ${R}`]);
  });

  it('may not drop what a parent has, nor prefer one of two', () => {
    expect(codes([[removed(R)], []])).toEqual([`RECORD_REMOVED ${R}`]);
    expect(codes([[removed(R)], [removed(R)]])).toEqual([`RECORD_REMOVED ${R}`]);
    expect(codes([[], [became(R, plain('2'))]])).toEqual([`RECORD_CHANGED ${R}`]);
    expect(codes([[], [became(R, plain('1', '100755'))]])).toEqual([`RECORD_MODE ${R}`]);
  });

  it('of three is held against all', () => {
    expect(codes([[added(R)], [added(R)], []])).toEqual([]);
    expect(codes([[added(R)], [added(R)], [added(R)]])).toEqual([`MERGE_EVIL ${R}`]);
  });
});
