import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tempNonce } from '../../src/adapters/files/temp-name.ts';
import { fixture } from '../support/programs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-kill-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const writer = fixture('file-writer');

/** Kills a writer a while after its `acks`-th acknowledgement; returns the numbers it acknowledged. */
async function killAfter(folder: string, acks: number, spins: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.split('\n').length <= acks) return;
    // Turns of the loop, not time: enough to hit another moment of the next write in each round.
    let left = spins;
    const kill = (): void => void (left-- > 0 ? setImmediate(kill) : child.kill('SIGKILL'));
    kill();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return printed.split('\n').slice(0, -1);
}

it('a kill at any moment tears no file and loses none that was acknowledged', async () => {
  for (let round = 0; round < 8; round++) {
    const folder = mkdtempSync(join(scratch, 'r-'));
    const acknowledged = await killAfter(folder, 3 + round, round * 37);
    const names = readdirSync(folder);
    expect(names).toEqual(expect.arrayContaining([...acknowledged]));
    for (const name of names.filter((name) => !name.startsWith('.'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      const serial = name === 'latest' ? text.slice(0, text.indexOf('\n')) : name;
      expect(text === `${serial}\n`.repeat(20_000), `${name} is whole`).toBe(true);
    }
    for (const name of names.filter((name) => name.startsWith('.'))) expect(tempNonce(name)).toBe('victim');
  }
});
