import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../src/format/fault.ts';
import { renderDefaultOrg } from '../../src/format/default-org.ts';
import { readOrg } from '../../src/format/org.ts';
import type { Org } from '../../src/kernel/org.ts';

const FOLDER = join(import.meta.dirname, '..', 'corpus');

/** Bad inputs of a kind: name, bytes, and every fault that must be found, as `line:column CODE pointer`. */
export function corpus(kind: 'plan' | 'org' | 'message' | 'claim'): readonly (readonly [name: string, bytes: Uint8Array, expected: readonly string[] | undefined])[] {
  const expected = JSON.parse(readFileSync(join(FOLDER, `${kind}.expected.json`), 'utf8')) as Readonly<Record<string, readonly string[]>>;
  return readdirSync(join(FOLDER, kind)).map((name) => [name, readFileSync(join(FOLDER, kind, name)), expected[name]]);
}

/** A fault as the corpus writes it. */
export function told(fault: Fault): string {
  return `${String(fault.line)}:${String(fault.column)} ${fault.severity === 'warning' ? 'warning ' : ''}${fault.code} ${fault.pointer}`.trimEnd();
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The organisation that `coo init` writes where it detects nothing. */
export function defaultOrg(): Org {
  const read = readOrg('coo.yaml', bytes(renderDefaultOrg({ target: 'main', integrate: 'merge', email: null, setup: [], checks: [] })), { prefix: 'coo' });
  if (!read.ok) throw new Error('the default organisation has faults');
  return read.org;
}

/** Every fault says what it must: a stable code, words, a fix, a place. */
export function wellMade(faults: readonly Fault[]): boolean {
  return faults.length > 0 && faults.every(({ code, message, fix, line, column, pointer }) => /^[A-Z][A-Z0-9_]+$/.test(code) && message !== '' && fix !== '' && line >= 1 && column >= 1 && (pointer === '' || pointer.startsWith('/')));
}
