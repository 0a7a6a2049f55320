// Every system call of the durable writer goes wrong once, one a run: the real calls, under strace.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { eachOccurrence } from '../support/occurrences.ts';
import { fixture } from '../support/programs.ts';
import { noStrace, underFault, underLimit } from '../support/strace.ts';
import type { Ended } from '../support/strace.ts';

const WRITER = fixture('fault-writer');
const why = noStrace();
const scratch = mkdtempSync(join(tmpdir(), 'coo-faults-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = (run: string): string => `${run}\n`.repeat(5_000);

/** What stood before, or what was written, whole; once it is acknowledged, what was written. */
function wholeFiles(folder: string, run: string, { said, hit }: Ended): void {
  const done = new Set(said.filter(({ code }) => code === 'acknowledged').map(({ act }) => act));
  const read = (name: string): string | undefined => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined);
  const stands = (name: string, act: string, before?: string): void => {
    const found = read(name);
    // Not the texts: they are long.
    const is = found === text(run) ? 'new' : found === before ? 'as it was' : 'torn';
    expect(is, `${name} after ${String(hit)}`).toMatch(done.has(act) ? /^new$/ : /^(new|as it was)$/);
  };
  if (!done.has('rename') && read('kept') === undefined) stands('new', 'create');
  stands('kept', 'rename');
  stands('linked', 'link');
  for (const [name, act] of [['latest', 'replace'], ['view', 'view']] as const) stands(name, act, text('before'));
  const log = read('log') ?? '';
  expect([run, ''].map((line) => (line === '' ? '' : `${line}\n`)), `log after ${String(hit)}`).toContain(log);
  if (done.has('append')) expect(log).toBe(`${run}\n`);
}

it.skipIf(why !== undefined)(`every system call of the durable writer fails or is its last: no file torn, none missing that was acknowledged${why === undefined ? '' : ` (${why})`}`, { timeout: 1_200_000 }, async () => {
  const tried = { cases: 0, slowest: 0 };
  const log = join(scratch, 'log');
  await eachOccurrence('pool', log, scratch, tried, async (occurrence, run) => {
    const folder = join(scratch, run);
    mkdirSync(folder);
    for (const name of ['latest', 'view']) writeFileSync(join(folder, name), text('before'));
    const ended = await underFault([WRITER, folder, run], { PATH: process.env['PATH'] ?? '' }, log, 'pool', occurrence);
    wholeFiles(folder, run, ended);
    const failed = ended.said.some(({ code }) => code === 'failed');
    // An fsync or a write that failed is told, never swallowed; one that took nothing is a full disk.
    if (/^(fsync|write)\(/.test(ended.hit ?? '') && ended.hit?.includes(folder) === true) expect(failed, ended.hit).toBe(occurrence?.fault !== 'kill');
    rmSync(folder, { recursive: true });
    return ended;
  });
  process.stdout.write(`durable writer: ${String(tried.cases)} cases\n`);
  expect(tried.cases).toBeGreaterThan(60);
});

it.skipIf(why !== undefined)('a write that is short in truth, at many lengths: the old content or the new, and a failure that is told', () => {
  const whole = Buffer.byteLength(text('short'));
  for (const bytes of [0, 1, 511, 4_096, 4_097, whole / 2, whole - 1, whole]) {
    const folder = mkdtempSync(join(scratch, 'short-'));
    for (const name of ['latest', 'view']) writeFileSync(join(folder, name), text('before'));
    const ended = underLimit([WRITER, folder, 'short'], { PATH: process.env['PATH'] ?? '' }, bytes);
    wholeFiles(folder, 'short', ended);
    expect(ended.said.some(({ code, message }) => code === 'failed' && String(message).includes('EFBIG')), ended.hit).toBe(bytes < whole);
  }
});
