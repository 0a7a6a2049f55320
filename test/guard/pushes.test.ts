import { expect, it } from 'vitest';
import { readPrePush, readPreReceive } from '../../src/app/guard/pushes.ts';

const [A, B, NONE] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];

function codeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (cause) {
    return (cause as { code?: unknown }).code;
  }
}

it('reads what git writes to its hooks', () => {
  expect(readPreReceive(`${A} ${B} refs/heads/main\n${NONE} ${A} refs/heads/--exec=x\n${A} ${NONE} refs/tags/v1\n`)).toEqual([
    { ref: 'refs/heads/main', before: A, after: B },
    { ref: 'refs/heads/--exec=x', before: null, after: A },
    { ref: 'refs/tags/v1', before: A, after: null },
  ]);
  expect(readPrePush(`refs/heads/x ${B} refs/heads/main ${A}\n`)).toEqual([{ ref: 'refs/heads/main', before: A, after: B }]);
});

it('refuses a push that moves a ref twice: what is judged of the first would be said of both', () => {
  expect(codeOf(() => readPreReceive(`${A} ${B} refs/heads/coo/ledger\n${B} ${A} refs/heads/coo/ledger\n`))).toBe('PUSH_TWICE');
});

it.each([`${A} refs/heads/main\n`, `${A} ${B} refs/heads/a b\n`, `${A} HEAD refs/heads/main\n`, `${A.slice(1)} ${B} refs/heads/main\n`])('refuses a line that git does not write: %j', (text) => {
  expect(codeOf(() => readPreReceive(text))).toBe('PUSH_LINE');
});

it('refuses more refs than people push', () => {
  const lines = Array.from({ length: 10_001 }, (_, at) => `${A} ${B} refs/heads/b${String(at)}\n`);
  expect(codeOf(() => readPreReceive(lines.slice(1).join('')))).toHaveLength(10_000);
  expect(codeOf(() => readPreReceive(lines.join('')))).toBe('PUSHES_MANY');
});
