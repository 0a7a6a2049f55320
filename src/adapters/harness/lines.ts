/** A line that a program wrote is not kept beyond this, in UTF-16 code units: nothing that is read here is as long. */
const LINE_CAP = 4_194_304;

/** Cuts a stream into lines; a line over the cap is left out. */
export function lineReader(take: (line: string) => void): { push(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder('utf-8');
  let open = '';
  let isSkipping = false;
  const more = (text: string): void => {
    const parts = (open + text).split('\n');
    open = parts.pop() ?? '';
    for (const line of parts) {
      if (!isSkipping) take(line);
      isSkipping = false;
    }
    if (open.length > LINE_CAP) {
      open = '';
      isSkipping = true;
    }
  };
  return {
    push: (chunk) => more(decoder.decode(chunk, { stream: true })),
    end() {
      more(decoder.decode());
      if (open !== '' && !isSkipping) take(open);
      open = '';
    },
  };
}

/** A line that is one JSON object, or undefined: programs write other things too. */
export function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Beyond any session; sums of counts below it stay exact. */
const MOST = 1_000_000_000_000;

/** A count: a whole number from 0 up; undefined for anything else. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MOST ? value : undefined;
}

/** An amount of US dollars in millionths; undefined for what is none. */
export function microOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1_000_000_000 ? Math.round(value * 1_000_000) : undefined;
}

/** The members of an object; undefined for anything else, a list too. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** The members of a list; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
