import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitRows } from '../../src/faces/cli/exit-codes.ts';
import { HELP } from '../../src/faces/cli/help.ts';
import { main } from '../../src/faces/cli/main.ts';
import { fakeHost } from './fake-host.ts';

async function help(...argv: readonly string[]): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  const host = fakeHost();
  const exit = await main(argv, host);
  return { exit, out: host.out, err: host.err };
}

describe('the exit codes', () => {
  it('are said by coo help, and the same in the README', async () => {
    const { exit, out } = await help('help', 'exit-codes');
    expect(exit).toBe(0);
    const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
    expect(readme).toContain(`\n${exitRows().map(([code, meaning]) => `| ${String(code)} | ${meaning} |`).join('\n')}\n`);
    for (const [code, meaning] of exitRows()) expect(out).toContain(`  ${String(code).padStart(3)}  ${meaning}\n`);
  });

  it('stand in the order of the codes', () => {
    const codes = exitRows().map(([code]) => code);
    expect(codes).toEqual(codes.toSorted((a, b) => a - b));
  });
});

describe('coo help', () => {
  it('is the same as --help, for coo and for a command', async () => {
    expect(await help('help')).toEqual({ exit: 0, out: HELP, err: '' });
    expect(await help('help', 'claim')).toEqual(await help('claim', '--help'));
    expect(await help('help', 'claim', '--json')).toEqual(await help('claim', '--help', '--json'));
  });

  it('names what was meant', async () => {
    expect(await help('help', 'exit-code')).toMatchObject({ exit: 2, err: expect.stringContaining('did you mean exit-codes?') });
  });
});
