import { objectOf, textOf } from './lines.ts';
import type { Gathered } from './report.ts';

/**
 * How an agent ends its session, where its program can hold it to a form. In the part of JSON Schema that providers take for this: every member is
 * required, and there are no others.
 */
export const ANSWER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome', 'summary'],
  properties: {
    outcome: { type: 'string', enum: ['done', 'blocked', 'question'], description: 'done: the work is in the workspace, and you checked it. blocked: you cannot go on, whoever answers. question: you can go on once somebody answers.' },
    summary: { type: 'string', description: 'done: what you did and how you checked it. blocked: why. question: the question, with all that whoever answers needs to know.' },
  },
};

/** What such an answer comes to; undefined for a value that is none. */
export function answerIn(value: unknown): Pick<Gathered, 'end' | 'summary' | 'question'> | undefined {
  const said = objectOf(value);
  const summary = textOf(said?.['summary']);
  if (summary === undefined) return undefined;
  switch (said?.['outcome']) {
    case 'done':
      return { end: 'done', summary, question: null };
    case 'blocked':
      return { end: 'asked', summary, question: null };
    case 'question':
      return { end: 'asked', summary, question: { to: 'anyone', text: summary } };
    default:
      return undefined;
  }
}
