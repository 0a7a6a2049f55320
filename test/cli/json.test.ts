// Whatever a command prints with --json is one document a line, with the name of its schema in it, and of that schema's shape. The first commands; `json.slow.test.ts` has all.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JsonCommands, itBegins } from '../support/json-commands.ts';

let at: JsonCommands;
beforeAll(() => {
  at = new JsonCommands();
});
afterAll(() => at.place.remove());

describe('--json', () => {
  itBegins(() => at);
});

describe('every document that the command line names', () => {
  it('has a schema', () => {
    const folder = join(import.meta.dirname, '..', '..');
    const files = ['src/faces', 'src/app/operations'].flatMap((name) => readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, name, file)));
    const named = files.filter((file) => file.endsWith('.ts')).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/schema: '(coo\/[\w.-]+)'/g)].map(([, id = '']) => id));
    const known = new Set(readdirSync(join(folder, 'schemas')).map((name) => `coo/${name.replace('.schema.json', '')}`));
    expect([...new Set(named)].filter((id) => !known.has(id))).toEqual([]);
  });
});
