/** Many short texts as one. It costs a thread nothing to keep, and little to hand over. */
export interface Joined {
  readonly text: string;
  /** Where each ends. */
  readonly ends: Uint32Array;
}

export function joined(texts: readonly string[]): Joined {
  let end = 0;
  return { text: texts.join(''), ends: Uint32Array.from(texts, (one) => (end += one.length)) };
}

export function textAt({ text, ends }: Joined, at: number): string {
  return text.slice(at === 0 ? 0 : ends[at - 1], ends[at]);
}
