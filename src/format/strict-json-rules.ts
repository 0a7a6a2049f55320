/** A rule that a value breaks wherever it was written, in JSON or YAML. */
export interface Broken {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Keys that change what an object is, in the hands of careless JavaScript. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const LONGEST_NUMBER = 64;

export function brokenKey(key: string): Broken | undefined {
  if (FORBIDDEN_KEYS.includes(key)) return { code: 'FORBIDDEN_KEY', message: `${key} is not allowed as a key`, fix: 'give it another name' };
  return brokenText(key);
}

/** A text that UTF-8 or a C program cannot carry. */
export function brokenText(text: string): Broken | undefined {
  if (!text.isWellFormed()) return { code: 'LONE_SURROGATE', message: 'holds half of a surrogate pair, which UTF-8 cannot carry', fix: 'write the character itself, or both halves' };
  if (text.includes('\0')) return { code: 'NUL', message: 'holds a NUL character', fix: 'take it out: this is a text' };
  return undefined;
}

/** A number that other readers of JSON would read as another one. `source` is how it was written. */
export function brokenNumber(value: number, source: string): Broken | undefined {
  const asText = 'write it as a text, in quotes';
  const written = source.length > LONGEST_NUMBER ? `${source.slice(0, LONGEST_NUMBER)}...` : source;
  if (!Number.isFinite(value)) return { code: 'NUMBER_RANGE', message: `${written} is no number that JSON can carry`, fix: asText };
  if (value === 0 && (source.startsWith('-') || /^[^eE]*[1-9]/.test(source.slice(0, LONGEST_NUMBER)))) {
    return source.startsWith('-') ? { code: 'NUMBER_NEGATIVE_ZERO', message: `${written} is a negative zero`, fix: 'write 0' } : { code: 'NUMBER_RANGE', message: `${written} is too small for a number`, fix: asText };
  }
  if (source.length > LONGEST_NUMBER || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    return { code: 'NUMBER_INEXACT', message: `${written} has more digits than a number can carry`, fix: asText };
  }
  return undefined;
}
