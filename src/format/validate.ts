import type { RecordKind } from './record-shape.ts';

/** One place of a file that breaks its schema. */
export interface SchemaFault {
  /** JSON pointer of the value; empty for the whole file. */
  readonly pointer: string;
  readonly message: string;
}

export type Validity = { readonly ok: true } | { readonly ok: false; readonly faults: readonly SchemaFault[] };

const VALID: Validity = { ok: true };

/** Checks one file of the record against its schema. */
export type Shapes = (kind: RecordKind, value: unknown) => Validity;

/** The checks. The validators are large: they are loaded at the first call, and never by a command that makes none. */
export async function loadShapes(): Promise<Shapes> {
  const { shapeFault } = await import('./record-shape.ts');
  return (kind, value) => {
    const fault = shapeFault(kind, value);
    return fault === undefined ? VALID : { ok: false, faults: [fault] };
  };
}
