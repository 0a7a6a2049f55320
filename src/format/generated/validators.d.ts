// Made by tools/generate.ts from schemas/. Do not edit: change the schema, then run it again.
import type { EntryFile, OrderFile, RunFile, StateView, UsageView } from './types.ts';
import type { Validator } from '../record-shape.ts';

export const entryV1: Validator<EntryFile>;
export const orderV1: Validator<OrderFile>;
export const runV1: Validator<RunFile>;
export const stateV1: Validator<StateView>;
export const usageV1: Validator<UsageView>;
