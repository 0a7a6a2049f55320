import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUS_README } from '../src/bin/bus-readme.ts';

const PAGE = join(import.meta.dirname, '..', '_bus', 'README.md');

describe('the page for an agent with only a shell', () => {
  it.runIf(existsSync(PAGE))('is the one that stands in this repository', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(BUS_README);
  });
});
