/**
 * Runs `*.agents.test.ts` with the real agent programs, which are no dependency of coo: they are installed beside it, about 800 MB, into the folder
 * that COO_AGENTS names, or .cache/agents. Where they cannot be installed nothing fails: the last line says which did not run.
 *
 *     node tools/test-agents.ts [file ...]   install what is missing, and run
 *     node tools/test-agents.ts --install    install only; exit 3 where there is not one of them
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = process.env['COO_AGENTS'] ?? join(ROOT, '.cache/agents');
/** Name of the program, its package, and the version that the suite was last seen to pass with: what they write is not promised to stay as it is. */
const PROGRAMS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['claude', ['@anthropic-ai/claude-code', '2.1.197']],
  ['codex', ['@openai/codex', '0.169.0']],
  ['opencode', ['opencode-ai', '1.18.33']],
]);
const INSTALL_MS = 600_000;
const VERSION_MS = 60_000;
const NONE = 3;

/** A program is there when it says its version: a package can be there without the binary that its install script brings. */
function isThere(name: string): boolean {
  const path = join(FOLDER, 'node_modules/.bin', name);
  return existsSync(path) && spawnSync(path, ['--version'], { env: { PATH: process.env['PATH'] ?? '', HOME: FOLDER }, stdio: 'ignore', timeout: VERSION_MS }).status === 0;
}

function install(names: readonly string[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const own = join(FOLDER, 'package.json');
  if (!existsSync(own)) writeFileSync(own, JSON.stringify({ private: true, allowScripts: Object.fromEntries([...PROGRAMS.values()].map(([one]) => [one, true])) }));
  const wanted = names.flatMap((name) => PROGRAMS.get(name)?.join('@') ?? []);
  console.log(`installing ${wanted.join(', ')} into ${FOLDER}`);
  const ran = spawnSync('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', ...wanted], { stdio: 'inherit', timeout: INSTALL_MS });
  if (ran.status !== 0) console.log('npm could not install them');
}

function run(files: readonly string[]): number {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return spawnSync(process.execPath, [vitest, 'run', '--mode', 'agents', ...files], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, COO_AGENTS: FOLDER } }).status ?? 1;
}

const args = process.argv.slice(2);
const names = [...PROGRAMS.keys()];
const missing = names.filter((name) => !isThere(name));
if (missing.length > 0) install(missing);
const absent = missing.filter((name) => !isThere(name));
const isNone = absent.length === names.length;
if (args.includes('--install')) process.exitCode = isNone ? NONE : 0;
else if (!isNone) process.exitCode = run(args);
console.log(absent.length === 0 ? `agents: ${names.join(', ')} are in ${FOLDER}` : `agents: did NOT run with ${absent.join(', ')}: not in ${FOLDER}, and npm could not bring ${absent.length === 1 ? 'it' : 'them'}`);
