// The picture of a plan's steps: what Mermaid reads, and nothing of what others wrote.
import { expect, it } from 'vitest';
import { flowchart } from '../../src/format/mermaid.ts';
import type { DrawnStep } from '../../src/format/mermaid.ts';
import { STEP_STATUSES } from '../../src/kernel/state.ts';

const drawn = (step_id: string, over: Partial<DrawnStep> = {}): DrawnStep => ({ step_id, status: 'waiting', after: [], note: '', ...over });

it('draws a box a step with its status, and an arrow from each that it waits for', () => {
  expect(flowchart([drawn('a', { status: 'done', note: 'dev-1' }), drawn('end', { after: ['a', 'a', 'gone'] })])).toBe(
    [
      'flowchart LR',
      '  n0["a<br/>done, dev-1"]:::good',
      '  n1["end<br/>waiting"]:::idle',
      '  n0 --> n1',
      '  classDef good fill:#d3f5d9,stroke:#1a7f37,color:#0b2e13',
      '  classDef idle fill:#f3f4f6,stroke:#8c959f,color:#24292f',
    ].join('\n'),
  );
});

it('knows every status', () => {
  for (const status of STEP_STATUSES) expect(flowchart([drawn('a', { status })])).toMatch(new RegExp(`"a<br/>${status}"\\]:::(\\w+)\\n  classDef \\1 `));
});

it('lets nothing through that Mermaid reads as its own, nor a fence', () => {
  const odd = '"]; click n0 href "https://example.org" <b>#quot;\n```\n%%{init}';
  expect(flowchart([drawn('a', { note: odd })])?.split('\n')[1]).toMatch(/^ {2}n0\["a<br\/>waiting, [\w ,?-]*"\]:::idle$/);
});

it('draws nothing that nobody could see', () => {
  const many = (count: number): readonly DrawnStep[] => Array.from({ length: count }, (_, at) => drawn(`s${String(at)}`));
  expect(flowchart([])).toBeNull();
  expect(flowchart(many(80))).not.toBeNull();
  expect(flowchart(many(81))).toBeNull();
  const ids = many(40).map(({ step_id }) => step_id);
  expect(flowchart(ids.map((step_id, at) => drawn(step_id, { after: ids.slice(0, at) })))).toBeNull();
});
