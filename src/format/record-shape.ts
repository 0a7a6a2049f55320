import { quoted } from './fault.ts';
import { entryV1, orderV1, runV1, snapshotV1, stateV1, usageV1 } from './generated/validators.ts';
import type { SchemaFault } from './validate.ts';

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

export type RecordKind = 'entry' | 'order' | 'run' | 'snapshot' | 'state' | 'usage';

const VALIDATORS: Readonly<Record<RecordKind, Validator<unknown>>> = { entry: entryV1, order: orderV1, run: runV1, snapshot: snapshotV1, state: stateV1, usage: usageV1 };

/**
 * What the schema finds wrong with a file of the record: the first fault, in words; undefined when nothing is. Apart from reading, so that
 * a fold need not pay for it: the bytes are proven by their digest, and this by `coo verify`.
 */
export function shapeFault(kind: RecordKind, value: unknown): SchemaFault | undefined {
  const validate = VALIDATORS[kind];
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return first === undefined ? { pointer: '', message: 'has not the shape of its schema' } : { pointer: first.instancePath, message: inWords(first) };
}

/** The first fault as one text, such as `/events/3/fence is not of type integer`. */
export function recordFault(kind: RecordKind, value: unknown): string | undefined {
  const fault = shapeFault(kind, value);
  return fault === undefined ? undefined : `${fault.pointer === '' ? 'the file' : fault.pointer} ${fault.message}`;
}

function inWords({ keyword, params }: ShapeError): string {
  const { type, missingProperty, additionalProperty, allowedValue, allowedValues, pattern, limit, tag } = params;
  switch (keyword) {
    case 'type':
      return `is not of type ${Array.isArray(type) ? type.join(' or ') : String(type)}`;
    case 'required':
      return `lacks ${quoted(String(missingProperty))}`;
    case 'additionalProperties':
      return `has a member ${quoted(String(additionalProperty))} that its schema does not know`;
    case 'const':
      return `is not ${JSON.stringify(allowedValue)}`;
    case 'enum':
      return `is none of ${JSON.stringify(allowedValues)}`;
    case 'pattern':
      return `does not match ${String(pattern)}`;
    case 'discriminator':
      return `has a ${String(tag)} that its schema does not know`;
    default:
      return `breaks ${keyword}${typeof limit === 'number' ? ` ${String(limit)}` : ''}`;
  }
}
