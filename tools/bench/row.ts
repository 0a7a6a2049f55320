/** What a row must reach: its ratio where it has one, else its value. */
export type Reach = `<= ${number}` | `>= ${number}` | 'report';

export interface Measured {
  readonly value: number;
  /** `value` / `floor`, both sides measured in this run. */
  readonly ratio?: number;
  /** What the value is held against, in the row's unit. */
  readonly floor?: number;
  /** What a reader should know besides: other percentiles, sizes. One line. */
  readonly note?: string;
}

/** One thing that is measured; one file in `rows/`, exported as `row`. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly reach: Reach;
  /** `quick` asks for a small size: it shows that the row works, and its numbers mean nothing. */
  run(quick: boolean): Promise<Measured>;
}

/** Whether a measurement reaches what the row asks for. */
export function reaches(reach: Reach, { value, ratio }: Measured): boolean {
  if (reach === 'report') return true;
  const [sign, limit] = reach.split(' ');
  const got = ratio ?? value;
  return sign === '<=' ? got <= Number(limit) : got >= Number(limit);
}
