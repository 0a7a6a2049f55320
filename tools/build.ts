/**
 * Builds `dist/` from `src/bin/`: generated files first, then one rolldown pass.
 *
 *     node tools/build.ts              build
 *     node tools/build.ts --if-stale   build only where a source is newer than what was built
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { ROOT, bundle, newest } from './bundle.ts';

const SOURCES = ['src', 'schemas', 'tools/build.ts', 'tools/bundle.ts', 'tools/generate.ts', 'package.json', 'package-lock.json'];
const ENTRIES = ['coo', 'worker', 'examine', 'bridge'];

/**
 * What every command that appends loads goes into one file beside Commander: thirty small files cost 5 ms a start. `coo --help` goes without.
 */
const CHUNKS = [
  { name: 'guard-commit', test: /src\/bin\/guard-commit\.ts$/, priority: 4 },
  { name: 'help', test: /cli\/help\.ts$/, priority: 3 },
  { name: 'commander', test: /node_modules\/commander\//, priority: 2 },
  { name: 'short', test: /src\/(?:bin\/start|faces\/cli\/commands\/claim)\.ts$/, priority: 1 },
];

/**
 * Built-ins are asked for by name instead of imported: to import one as a module reads all that it exports, and so loads what Node would
 * load on demand, as streams with `node:fs`. That is 8 ms a start.
 */
const builtinsByName: Plugin = {
  name: 'builtins-by-name',
  renderChunk: (code) => code.replaceAll(/^import (.+) from "(node:[^"]+)";$/gm, (_, what: string, from: string) => {
    const members = /\{.*\}/.exec(what)?.[0] ?? '';
    const whole = what.replace(members, '').replace('* as ', '').replace(',', '').trim();
    const wanted = [whole, members.replaceAll(' as ', ': ')].filter((part) => part !== '');
    return wanted.map((part) => `const ${part} = globalThis.process.getBuiltinModule("${from}");`).join('\n');
  }),
};

function isStale(): boolean {
  const built = join(ROOT, 'dist/bin/coo.js');
  return !existsSync(built) || SOURCES.some((source) => newest(join(ROOT, source)) > statSync(built).mtimeMs);
}

function generate(): void {
  const generator = join(ROOT, 'tools', 'generate.ts');
  if (!existsSync(generator)) return;
  const { status } = spawnSync(process.execPath, [generator], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('tools/generate.ts failed: its message is above');
}

if (!process.argv.includes('--if-stale') || isStale()) {
  generate();
  const programs = Object.fromEntries(ENTRIES.map((name) => [`bin/${name}`, join(ROOT, 'src/bin', `${name}.ts`)]));
  await bundle('dist', { programs, plugins: [builtinsByName], codeSplitting: { groups: CHUNKS } });
}
