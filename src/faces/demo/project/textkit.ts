/** The small project of the demo, as it stands before the plan: path and text of each file. */
export const TEXTKIT: ReadonlyMap<string, string> = new Map([
  [
    'package.json',
    `{
  "name": "textkit",
  "version": "0.1.0",
  "private": true,
  "type": "module",
  "exports": "./src/index.js",
  "scripts": { "test": "node --test --test-isolation=none" }
}
`,
  ],
  ['.gitignore', '*.log\n'],
  [
    'src/trim.js',
    `/** The text without blanks at the ends of its lines. */
export function trim(text) {
  return text.replace(/[ \\t]+$/gm, '');
}
`,
  ],
  [
    'test/trim.test.js',
    `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trim } from '../src/trim.js';

test('blanks at the ends of lines go', () => {
  assert.equal(trim('a  \\nb\\t\\n'), 'a\\nb\\n');
});
`,
  ],
]);
