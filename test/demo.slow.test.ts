// The demo as built, as a user starts it: alone, twice at once, and interrupted.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAPTERS } from '../src/faces/demo/chapters/all.ts';
import type { DemoDocument } from '../src/faces/demo/demo.ts';

const BIN = join(import.meta.dirname, '..', 'dist', 'bin', 'coo.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Starts the demo; `onText` sees all that it printed so far. */
function demo(args: readonly string[], onText: (text: string, pid: number) => void = () => undefined): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, 'demo', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      onText(out, child.pid ?? 0);
    });
    child.once('close', (code) => resolve({ code, out }));
  });
}

/** Processes whose environment names the folder: what the demo left behind. Only where there is /proc. */
function leftBehind(folder: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(folder));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (cause) {
    // It ended between the two looks, or is somebody else's.
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(cause.code))) return '';
    throw cause;
  }
}

describe('coo demo', () => {
  it('shows all of it, each fact held, without a terminal', async () => {
    const { code, out } = await demo([]);
    expect(code, out).toBe(0);
    for (const { name } of CHAPTERS) expect(out).toContain(name);
    expect(out).not.toContain('✗');
    expect(out).not.toContain('\u001b');
    const folder = /^.*coo-demo-\w+$/m.exec(out)?.[0] ?? '';
    expect(existsSync(folder)).toBe(false);
    expect(leftBehind(folder)).toEqual([]);
  });

  it('twice at once: the same plan, steps and fences in two repositories are none of each other\'s business', async () => {
    const both = await Promise.all([demo(['--json']), demo(['--json'])]);
    for (const { code, out } of both) {
      expect(code, out).toBe(0);
      const document = JSON.parse(out) as DemoDocument;
      expect(document).toMatchObject({ schema: 'coo/demo.v1', ok: true, kept: false });
      expect(document.chapters.map(({ name, ok }) => [name, ok])).toEqual(CHAPTERS.map(({ name }) => [name, true]));
      expect(document.chapters.every(({ facts }) => facts.length > 0)).toBe(true);
      expect(leftBehind(document.folder)).toEqual([]);
    }
  });

  it('interrupted while workers are at work: exit 130, no process and no folder left', async () => {
    let sent = false;
    const { code, out } = await demo([], (text, pid) => {
      if (sent || !text.includes('claimed by dev-2')) return;
      sent = true;
      process.kill(pid, 'SIGINT');
    });
    expect(code, out).toBe(130);
    const folder = /^.*coo-demo-\w+$/m.exec(out)?.[0] ?? '';
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
    expect(leftBehind(folder)).toEqual([]);
  });

  it('has a help with an example', () => {
    const { status, stdout } = spawnSync(process.execPath, [BIN, 'demo', '--help'], { encoding: 'utf8' });
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('--keep') as string });
  });
});
