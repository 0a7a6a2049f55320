/**
 * Whether a value out of JSON.parse has a shape. For coo's own small files, which others can reach: what does not fit is no such file. Files of
 * the record have schemas, and files of people are read with words for every fault.
 */
export type Shape = (value: unknown) => boolean;

export const aText: Shape = (value) => typeof value === 'string';
export const aNumber: Shape = (value) => typeof value === 'number';
export const aFlag: Shape = (value) => typeof value === 'boolean';

export function matching(form: RegExp): Shape {
  return (value) => typeof value === 'string' && form.test(value);
}

export function oneOf(...values: readonly unknown[]): Shape {
  return (value) => values.includes(value);
}

export function anyOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** A member that may be absent. */
export function maybe(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

/** An object of the members of T and no others, so that nothing in it is nested deeper than was asked for. Does not compile without one of them. */
export function having<T extends object>(members: { readonly [K in keyof Required<T>]: Shape }): Shape {
  const asked: readonly (readonly [string, Shape])[] = Object.entries(members);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Readonly<Record<string, unknown>>;
    return Object.keys(record).every((name) => Object.hasOwn(members, name)) && asked.every(([name, shape]) => shape(Object.hasOwn(record, name) ? record[name] : undefined));
  };
}
