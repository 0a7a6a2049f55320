/** What a stranger's file may cost to read, decided before it is read. */
export const MAX_JSON_BYTES = 4_194_304;
/** YAML takes thirty times as long as JSON, a long text over many lines of it alone 0.1 s a megabyte. */
export const MAX_YAML_BYTES = 524_288;
/** Values in each other; what a plan needs is 5. */
export const MAX_DEPTH = 64;
/** Members of all objects and items of all arrays together: of a plan of 2,000 steps, 25 each. */
export const MAX_KEYS = 50_000;
/** The same of a message, or of a claim with its findings. */
export const MAX_MESSAGE_KEYS = 10_000;
/** Tokens of YAML, at 1.5 microseconds each: a plan of 400 full steps, or of 2,000 bare ones. What is longer is written by a program, which can write JSON. */
export const MAX_YAML_TOKENS = 50_000;
/** `*name` in one file. */
export const MAX_YAML_ALIASES = 100;

/** Members that programs take for something else. */
export const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Why JSON cannot carry a number as it is written, or undefined when it can. */
export function numberFault(value: number, written: string): string | undefined {
  if (Number.isNaN(value)) return 'is no number';
  if (!Number.isFinite(value)) return 'is larger than a number can be';
  if (Object.is(value, -0)) return 'is minus zero, or too small to be told from it';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'is an integer beyond 2^53, which loses digits';
  if (value === 0 && /[1-9]/.test(written.replace(/[eE].*$/, ''))) return 'is too small to be told from zero';
  return undefined;
}
