import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interleave, percentile } from '../tools/bench/interleave.ts';
import { reaches } from '../tools/bench/row.ts';
import type { Row } from '../tools/bench/row.ts';

const ROWS = join(import.meta.dirname, '../tools/bench/rows');

describe('bench', () => {
  it('every file of rows/ exports one row, under a name of its own', async () => {
    const files = readdirSync(ROWS).filter((name) => name.endsWith('.ts'));
    const modules = await Promise.all(files.map(async (name) => (await import(join(ROWS, name))) as { readonly row: Row }));
    const names = modules.map(({ row }) => row.name);
    expect(new Set(names).size).toBe(files.length);
    for (const { row } of modules) expect(row.reach).toMatch(/^report$|^[<>]= [0-9.]+$/);
  });

  it('measures sides in turn, none always first, and drops the warm-up', async () => {
    const seen: string[] = [];
    const times = await interleave({ a: (round: number) => seen.push(`a${String(round)}`), b: async (round: number) => seen.push(`b${String(round)}`) }, 2);
    expect(seen).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
    expect([times.a.samples.length, times.b.samples.length]).toEqual([2, 2]);
  });

  it.each([
    [0.5, 3],
    [0.99, 5],
    [0, 1],
    [1, 5],
  ])('the %d percentile by nearest rank', (share, value) => {
    expect(percentile([5, 1, 4, 2, 3], share)).toBe(value);
  });

  it('holds the ratio, where there is one, against what is to be reached', () => {
    expect(reaches('<= 1.5', { value: 900, ratio: 1.5 })).toBe(true);
    expect(reaches('<= 1.5', { value: 1 })).toBe(true);
    expect(reaches('>= 1000', { value: 999 })).toBe(false);
    expect(reaches('report', { value: 0 })).toBe(true);
  });
});
