import { entryV1, orderV1, runV1, stateV1, usageV1 } from './generated/validators.ts';

/** One thing a schema's validator found. */
export interface ShapeError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A validator made from a schema. After `false`, `errors` tells the first fault until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  readonly errors?: readonly ShapeError[] | null;
}

export type RecordKind = 'entry' | 'order' | 'run' | 'state' | 'usage';

const VALIDATORS: Readonly<Record<RecordKind, Validator<unknown>>> = { entry: entryV1, order: orderV1, run: runV1, state: stateV1, usage: usageV1 };

/**
 * What the schema finds wrong with a file of the record, such as `/events/3/fence must be integer`; undefined when nothing is. Apart from
 * reading, so that a fold need not pay for it: the bytes are proven by their digest, and this by `coo verify`.
 */
export function recordFault(kind: RecordKind, value: unknown): string | undefined {
  const validate = VALIDATORS[kind];
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  if (first === undefined) return 'has not the shape of its schema';
  const { instancePath, keyword, params } = first;
  const what = Object.entries(params).map(([name, given]) => `${name} ${JSON.stringify(given)}`);
  return `${instancePath === '' ? 'the file' : instancePath} breaks ${keyword}: ${what.join(', ')}`;
}
