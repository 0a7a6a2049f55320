// coo.yaml as no file that can be read, each kind of it: `organisation.test.ts` has two.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { refusedUntilMended } from '../support/odd-organisation.ts';

it.concurrent.each([
  ['too large', 'FILE_TOO_LARGE', (path: string) => writeFileSync(path, `# ${'x'.repeat(1_048_576)}\n`)],
  ['a folder', 'FILE_NOT_REGULAR', (path: string) => mkdirSync(path)],
  ['a link', 'FILE_NOT_REGULAR', (path: string) => symlinkSync('/etc/hostname', path)],
  ['empty', 'WRONG_TYPE', (path: string) => writeFileSync(path, '')],
] as const)('coo.yaml is %s: refused with %s where people look, work goes on, and it is taken when it is mended', async (_name, code, spoil) => refusedUntilMended(code, spoil));
