import { aNumber, anyOf, aText, listOf, matching, maybe, oneOf } from '../../format/shape.ts';
import type { Shape } from '../../format/shape.ts';

/** A good answer by its status that is none of the API's: of a proxy, of a page to log in at, of another program at that address. */
export class StrangeAnswer extends Error {}

/** What was answered, where it holds what is read of it here; the rest may be anything. @throws {StrangeAnswer} where it does not */
export function read<T>(data: T, shape: Shape): T {
  if (!shape(data)) throw new StrangeAnswer("what was answered is not what the forge's API answers");
  return data;
}

function holding(members: Readonly<Record<string, Shape>>): Shape {
  const asked = Object.entries(members);
  return (value) => isData(value) && asked.every(([name, shape]) => shape((value as Readonly<Record<string, unknown>>)[name]));
}

const anOid = matching(/^[0-9a-f]{40,64}$/);
const aTextOrNull = anyOf(aText, oneOf(null));
const aMessage = holding({ message: aText });

/** An object or a list: all that the API ever answers with. */
export const isData: Shape = (value) => typeof value === 'object' && value !== null;
export const aPull = holding({ number: aNumber, html_url: aText, title: aText, body: maybe(aTextOrNull), state: oneOf('open', 'closed'), merged_at: aTextOrNull, merge_commit_sha: aTextOrNull, head: holding({ sha: anOid }), base: holding({ ref: aText }) });
export const pullList = listOf(aPull);
export const aCommit = holding({ parents: listOf(holding({ sha: anOid })), commit: aMessage });
export const commitList = listOf(holding({ commit: aMessage }));
export const commentList = listOf(holding({ id: aNumber, body: maybe(aText) }));
export const checkRuns = holding({ check_runs: listOf(holding({ conclusion: aTextOrNull, output: holding({ title: aTextOrNull, summary: aTextOrNull }) })) });
export const aCheckRun = holding({ id: aNumber });
