import type { Fault, Place } from './fault.ts';
import { readStrictJson } from './strict-json.ts';
import { readYaml } from './yaml.ts';

/** A value read from somebody's file, and where each part of it stands. */
export interface Document {
  readonly value: unknown;
  /** The place of the value under a JSON pointer: of its key where it is a member; of the nearest parent where it is absent. */
  readonly placeOf: (pointer: string) => Place;
}

export type ReadDocument = { readonly ok: true; readonly document: Document } | { readonly ok: false; readonly faults: readonly Fault[] };

export interface ReadOptions {
  /** Members of this name are counted before anything is built; more than `max` are refused with PLAN_TOO_LARGE. */
  readonly count?: { readonly name: string; readonly max: number };
  /** Members and items taken; `MAX_KEYS` where nothing is said. */
  readonly keys?: number;
  /** What a file is that has another extension; without it such a file is refused. */
  readonly otherwise?: 'json';
}

/** Reads JSON or YAML by the file's extension, with every cap, and never throws. */
export function readDocument(file: string, bytes: Uint8Array, options: ReadOptions = {}): ReadDocument {
  if (/\.ya?ml$/i.test(file)) return readYaml(file, bytes, options);
  if (options.otherwise === 'json' || /\.json$/i.test(file)) return readStrictJson(file, bytes, options);
  return { ok: false, faults: [{ code: 'FILE_KIND', severity: 'error', message: 'is neither .json nor .yaml', file, line: 1, column: 1, pointer: '', fix: 'name it *.yaml or *.json' }] };
}
