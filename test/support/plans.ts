import type { Plan, Step } from '../../src/kernel/plan.ts';

/** A plan as its author writes it: durations as numbers of milliseconds. */
export type WrittenStep = Pick<Step, 'step_id'> & {
  readonly objective?: string;
  readonly role?: string;
  readonly seat?: string;
  readonly depends_on?: readonly string[];
  readonly commands?: Step['commands'];
  readonly prompt?: string;
  readonly outputs?: readonly string[];
  readonly expected_receipts?: readonly string[];
  readonly checks?: Step['checks'];
  readonly scope?: readonly string[];
  readonly rollback?: Step['commands'];
  readonly retry?: Step['retry'];
  readonly budget?: { readonly wall?: number; readonly tokens?: number; readonly usd?: number; readonly lines?: number };
  readonly lease?: number;
};

export interface WrittenPlan {
  readonly plan_id: string;
  readonly title?: string;
  readonly target?: string;
  readonly integrate?: Plan['integrate'];
  readonly draft?: boolean;
  readonly priority?: Plan['priority'];
  readonly budget?: { readonly tokens?: number; readonly usd?: number };
  readonly steps: readonly WrittenStep[];
}

/** The bytes of a plan file. */
export function planText({ plan_id, title = plan_id, steps, ...rest }: WrittenPlan): string {
  const written = steps.map(({ step_id, objective = `do ${step_id}`, ...more }) => ({ step_id, objective, ...more }));
  return `${JSON.stringify({ plan_id, title, ...rest, steps: written }, null, 2)}\n`;
}

/** A step that runs shell commands and is not tried twice. */
export function once(step_id: string, command: string, more: Partial<WrittenStep> = {}): WrittenStep {
  return { step_id, commands: [command], retry: { max: 0 }, ...more };
}

/** A step for whoever claims it: no seat of the manager's can do it. */
export function byHand(step_id: string, more: Partial<WrittenStep> = {}): WrittenStep {
  return { step_id, prompt: `think about ${step_id}`, ...more };
}

/**
 * Steps of which `two` conflicts twice: with `one`, and in its second attempt with `three`. Needs three seats. `mark` gives the path of a
 * file that the steps tell each other things by.
 */
export function conflictsTwice(file: string, mark: (name: string) => string): readonly WrittenStep[] {
  const tell = (name: string): string => `: > '${mark(name)}'`;
  const wait = (name: string): string => `while [ ! -e '${mark(name)}' ]; do sleep 0.05; done`;
  return [
    { step_id: 'one', commands: [`${wait('two')}; echo one > ${file}`] },
    { step_id: 'three', depends_on: ['one'], commands: [`${tell('three')}; ${wait('again')}; echo three > ${file}`] },
    { step_id: 'four', depends_on: ['three'], commands: [tell('four')] },
    { step_id: 'two', commands: [`case $COO_ORDER in *.1) ${tell('two')}; ${wait('three')};; *) ${tell('again')}; ${wait('four')};; esac; echo two > ${file}`] },
  ];
}
