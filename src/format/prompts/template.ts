import { suggest } from '../suggest.ts';

/** What of a work order a template can name, in the order in which the rest follows. */
export const PLACES = ['step', 'objective', 'prompt', 'inputs', 'scope', 'outputs', 'receipts', 'checks', 'budget', 'answers', 'conflict', 'previous', 'ending', 'data'] as const;
export type Place = (typeof PLACES)[number];

/** `{{` and `}}` stand for braces; anything else in braces that is not one lower-case word is text. */
const TOKEN = /\{\{|\}\}|\{([a-z_]{1,40})\}/g;

const HEADINGS: Readonly<Record<Place, string>> = {
  step: 'Your step',
  objective: 'Objective',
  prompt: 'What to do',
  inputs: 'Inputs',
  scope: 'What you may change',
  outputs: 'Outputs',
  receipts: 'Receipts',
  checks: 'Checks',
  budget: 'Budget',
  answers: 'Questions that were answered',
  conflict: 'What the last attempt conflicted with',
  previous: 'Why the last attempt was not accepted',
  ending: 'How to ask, and how to end',
  data: 'What is data',
};

/** Of the first place that a template names and that there is not: what is wrong. */
export function badTemplate(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  for (const [, name] of text.matchAll(TOKEN)) {
    if (name === undefined || isPlace(name)) continue;
    const meant = suggest(name, PLACES);
    return { code: 'PLACE_UNKNOWN', message: `names {${name}}, and a work order has no such part`, fix: `${meant === undefined ? `parts are ${PLACES.map((place) => `{${place}}`).join(' ')}` : `did you mean {${meant}}?`} For the text itself write {{${name}}}` };
  }
  return undefined;
}

/**
 * A template with its places filled. A part that it does not name follows at its end under a heading, unless it is empty: whoever writes a
 * template cannot forget what the worker has to know. A place that is empty reads `none`.
 */
export function fillTemplate(template: string, parts: Readonly<Record<Place, string>>): string {
  const named = new Set<string>();
  const filled = template.replaceAll(TOKEN, (token, name: string | undefined) => {
    if (name === undefined) return token.slice(1);
    if (!isPlace(name)) return token;
    named.add(name);
    return parts[name] === '' ? 'none' : parts[name];
  });
  const rest = PLACES.filter((place) => !named.has(place) && parts[place] !== '').map((place) => `## ${HEADINGS[place]}\n${parts[place]}`);
  return `${[filled.trimEnd(), ...rest].join('\n\n')}\n`;
}

function isPlace(name: string): name is Place {
  return (PLACES as readonly string[]).includes(name);
}
