// The front door, as built: what it answers before any command is loaded.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeTooOld, OLDEST_NODE } from '../src/bin/node-version.ts';
import { HELP } from '../src/faces/cli/help.ts';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'dist', 'bin', 'coo.js');
const SYSTEM_NODE = '/usr/bin/node';
const pkg = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string; engines: { node: string } };

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(node: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(node, [BIN, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return { code: status, out: stdout, err: stderr };
}

/** The version of the machine's own Node, which need not be the one that runs the tests; undefined where there is none. */
function systemNode(): string | undefined {
  if (!existsSync(SYSTEM_NODE)) return undefined;
  return spawnSync(SYSTEM_NODE, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
}

const system = systemNode() ?? '';
const refusal = nodeTooOld(system);

describe('coo, built', () => {
  it.each(['--version', '-V'])('%s says the version of package.json', (flag) => {
    expect(run(process.execPath, flag)).toEqual({ code: 0, out: `${pkg.version}\n`, err: '' });
  });

  it.each(['--help', '-h'])('%s says what there is', (flag) => {
    expect(run(process.execPath, flag)).toEqual({ code: 0, out: HELP, err: '' });
  });

  it.each(['--version', 'doctor'])('%s says in a line that standard output is on a full disk, where there is a place that behaves so', (word) => {
    if (!existsSync('/dev/full')) return;
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [BIN, word], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^coo: standard output takes nothing more: [^\n]+\n[^]*next: .*make room/)]);
    expect(stderr).not.toContain('fault in coo');
  });

  it('names every command in its help, in lines that fit a terminal', () => {
    const named = new Set(HELP.split('\n').map((line) => /^ {2}([a-z]+) {3}/.exec(line)?.[1]));
    const commands =
      'init demo run plan status explain claim renew release done block work log retry pause resume breaker override receipts verify gc';
    expect(commands.split(' ').filter((command) => !named.has(command))).toEqual([]);
    expect(HELP.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('refuses a command that is none with exit code 2', () => {
    const { code, out, err } = run(process.execPath, 'no-such-command');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('no-such-command');
  });

  it('can be executed, and is started by node', () => {
    expect(statSync(BIN).mode & 0o111).toBe(0o111);
    expect(readFileSync(BIN, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it.each(['--version', '--help', 'no-such-command'])('%s says nothing of a reader that has gone', (argument) => {
    const script = `{ sleep 0.2; "$0" "$1" ${argument} 2>&1; echo "exit $?" >&2; } | true`;
    const { stderr } = spawnSync('sh', ['-c', script, process.execPath, BIN], { encoding: 'utf8' });
    expect(stderr).toBe(argument.startsWith('--') ? 'exit 0\n' : 'exit 2\n');
  });

  it('imports no built-in as a module, which would load all that Node loads on demand', () => {
    const folder = join(ROOT, 'dist');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => /^import .*"node:/m.test(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
  });

  it('is read from its own sources too', () => {
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'src', 'bin', 'coo.ts'), '--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${pkg.version}\n` });
  });
});

describe('coo on an old Node', () => {
  it('says what is wrong and how to mend it', () => {
    const told = nodeTooOld('20.20.2');
    expect(told).toContain('needs Node 24 or newer, and this is Node 20.20.2');
    expect(told).toContain('npx -p node@24 -p git-coo coo');
  });

  it.each(['24.0.0', '24.21.0', '26.10.0', '100.0.0'])('has nothing to say about %s', (version) => {
    expect(nodeTooOld(version)).toBeUndefined();
  });

  it.each(['23.11.1', '18.0.0', '8.17.0'])('refuses %s', (version) => {
    expect(nodeTooOld(version)).toBeTypeOf('string');
  });

  it('is the Node that package.json asks for', () => {
    expect(pkg.engines.node).toBe(`>=${OLDEST_NODE}`);
  });

  it.runIf(system !== '' && refusal !== undefined)('really refuses it with exit code 2', () => {
    expect(run(SYSTEM_NODE, '--version')).toEqual({ code: 2, out: '', err: refusal });
  });
});
