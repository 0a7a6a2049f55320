import type { Input, InputOf } from '../kernel/input.ts';

/**
 * An input as it stands in an entry. The plan, the organisation and the signers are left out: the event that followed holds them whole,
 * and the input can be made again from it.
 */
export type RecordedInput = Exclude<Input, InputOf<'submit' | 'organise' | 'reorganise' | 'trust' | 'retrust'>> | Omit<InputOf<'submit'>, 'plan'> | Omit<InputOf<'organise'>, 'org'> | Omit<InputOf<'reorganise'>, 'org'> | Omit<InputOf<'trust'>, 'signers'> | Omit<InputOf<'retrust'>, 'signers'>;

export function recordInput(input: Input): RecordedInput {
  if (input.type === 'submit') {
    const { plan: _plan, ...rest } = input;
    return rest;
  }
  if (input.type === 'organise' || input.type === 'reorganise') {
    const { org: _org, ...rest } = input;
    return rest;
  }
  if (input.type === 'trust' || input.type === 'retrust') {
    const { signers: _signers, ...rest } = input;
    return rest;
  }
  return input;
}
