// Every row of the bench runs, at small sizes. What they measure then means nothing: no time is asserted.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, '..', 'tools', 'bench');

interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reach: string;
  readonly ratio?: number;
  readonly floor?: number;
}

describe('bench --quick', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(BENCH, 'main.ts'), '--quick', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });

  it('ends well', () => {
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  it('gives one number a row, with what it must reach', () => {
    const told = JSON.parse(stdout) as { readonly schema: string; readonly quick: boolean; readonly rows: readonly Result[] };
    expect([told.schema, told.quick]).toEqual(['coo/bench.v1', true]);
    expect(told.rows.length).toBe(readdirSync(join(BENCH, 'rows')).length);
    for (const row of told.rows) {
      expect(row).toMatchObject({ name: expect.any(String) as string, unit: expect.any(String) as string, reach: expect.stringMatching(/^report$|^[<>]= [0-9.]+$/) as string });
      expect([row.value, row.ratio ?? 0, row.floor ?? 0].every(Number.isFinite), row.name).toBe(true);
      expect(row.ratio === undefined).toBe(row.floor === undefined);
    }
  });
});
