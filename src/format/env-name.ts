import { quoted } from './fault.ts';

/** Why a text cannot be the name of a variable that a step gets: its form, or that coo and git set their own. */
export function badEnvName(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text)) return { code: 'ENV_NAME', message: `${quoted(text)} is no name of an environment variable`, fix: 'write the name only: letters, digits and _' };
  if (/^(?:GITHUB|GH)_TOKEN$/i.test(text)) return { code: 'ENV_RESERVED', message: `is ${text}, which coo itself acts with on the forge: a step that has it could act as coo`, fix: 'give steps a token of their own, with fewer rights, under another name' };
  if (/^(?:COO|GIT)_/i.test(text)) return { code: 'ENV_RESERVED', message: `is ${text}, a name of coo's or git's own: passing it on would let a step act as the coordinator`, fix: 'leave it out; a step gets the COO_ variables that it needs' };
  return undefined;
}
