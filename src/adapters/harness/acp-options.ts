import type { AuthMethod, SessionConfigOption } from '@agentclientprotocol/sdk/unstable';
import type { OrderedAgent } from '../../kernel/order.ts';

/** Which option of a session is to have which value, or what is wrong. */
export type Wanted = { readonly ok: true; readonly set: readonly { readonly configId: string; readonly value: string }[]; readonly model: string | null } | { readonly ok: false; readonly detail: string };

const SHOWN = 12;

/** What the seat says of model and effort, in the options that the agent offers. An agent that offers none keeps its own model. */
export function optionsFor({ model, effort }: Pick<OrderedAgent, 'model' | 'effort'>, offered: readonly SessionConfigOption[]): Wanted {
  const set: { configId: string; value: string }[] = [];
  for (const [category, value] of [['model', model], ['thought_level', effort]] as const) {
    if (value === undefined) continue;
    const option = offered.find((one) => one.category === category);
    if (option?.type !== 'select') return { ok: false, detail: `it offers no choice of ${category === 'model' ? 'a model' : 'effort'}: leave ${category === 'model' ? 'model' : 'effort'} out of the seat, or set it in its own files` };
    const values = option.options.flatMap((one) => ('group' in one ? one.options : [one])).map((one) => one.value);
    if (!values.includes(value)) return { ok: false, detail: `it has no ${category === 'model' ? 'model' : 'effort'} ${value}; it has ${values.slice(0, SHOWN).join(', ')}` };
    if (option.currentValue !== value) set.push({ configId: option.id, value });
  }
  const current = offered.find((one) => one.category === 'model');
  return { ok: true, set, model: model ?? (current?.type === 'select' ? current.currentValue : null) };
}

/** The way to log in that needs nobody at a terminal: by a key in the environment. Undefined where the seat brings no key, or the agent takes none. */
export function logInWith(methods: readonly AuthMethod[], login: readonly string[]): string | undefined {
  if (!login.some((name) => !name.startsWith('~'))) return undefined;
  return methods.find((method) => !('type' in method) && /\bkey\b/i.test(method.id))?.id;
}
