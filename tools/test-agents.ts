/**
 * Runs `*.agents.test.ts` with the real agent programs, which are no dependency of coo: they are installed beside it, about 700 MB, into the folder
 * that COO_AGENTS names, or .cache/agents. `npm run test:agents [-- file ...]`. Where they cannot be installed nothing fails: the last line says
 * which did not run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = process.env['COO_AGENTS'] ?? join(ROOT, '.cache/agents');
/** The versions that the suite was last seen to pass with: their output is not promised to stay as it is. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['claude', '@anthropic-ai/claude-code@2.1.197'],
  ['codex', '@openai/codex@0.169.0'],
  ['opencode', 'opencode-ai@1.18.33'],
]);
const INSTALL_MS = 600_000;

/** A program is there when it says its version: a package can be there without the binary that its install script brings. */
function isThere(name: string): boolean {
  const path = join(FOLDER, 'node_modules/.bin', name);
  return existsSync(path) && spawnSync(path, ['--version'], { env: { PATH: process.env['PATH'] ?? '', HOME: FOLDER }, stdio: 'ignore', timeout: 60_000 }).status === 0;
}

function install(names: readonly string[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const wanted = names.map((name) => PACKAGES.get(name) ?? name);
  console.log(`installing ${wanted.join(', ')} into ${FOLDER}`);
  const ran = spawnSync('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', ...wanted], { stdio: 'inherit', timeout: INSTALL_MS });
  if (ran.status !== 0) console.log('npm could not install them');
}

const names = [...PACKAGES.keys()];
const missing = names.filter((name) => !isThere(name));
if (missing.length > 0) install(missing);
const absent = names.filter((name) => !isThere(name));
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const status = absent.length === names.length ? 0 : (spawnSync(process.execPath, [vitest, 'run', '--mode', 'agents', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, COO_AGENTS: FOLDER } }).status ?? 1);
console.log(absent.length === 0 ? 'agents: all ran' : `agents: did NOT run with ${absent.join(', ')}: not installed in ${FOLDER}, and npm could not bring them`);
process.exitCode = status;
