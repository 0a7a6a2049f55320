import type { StepId } from '../kernel/ids.ts';
import type { StepStatus } from '../kernel/state.ts';

/** One box; `note` says more of its status, such as who is at it. */
export interface DrawnStep {
  readonly step_id: StepId;
  readonly status: StepStatus;
  readonly after: readonly StepId[];
  readonly note: string;
}

/** Steps beyond which nobody sees anything in a picture. */
const MOST_STEPS = 80;
/** What Mermaid draws at most, unless its page says otherwise (`maxEdges`). */
const MOST_EDGES = 500;

/** Dark text on light boxes, also on a dark page; the word in the box says the same as its colour. */
const COLOURS = {
  good: 'fill:#d3f5d9,stroke:#1a7f37,color:#0b2e13',
  bad: 'fill:#ffd8d3,stroke:#cf222e,color:#5a0b12',
  look: 'fill:#fff1c2,stroke:#9a6700,color:#3b2300',
  busy: 'fill:#d8ecff,stroke:#0969da,color:#0a2a52',
  idle: 'fill:#f3f4f6,stroke:#8c959f,color:#24292f',
} as const;

/** `good`: done. `look`: a person should. `busy`: somebody is at it. */
const KIND: Readonly<Record<StepStatus, keyof typeof COLOURS>> = { waiting: 'idle', ready: 'idle', claimed: 'busy', running: 'busy', checking: 'busy', done: 'good', failed: 'bad', blocked: 'look', cancelled: 'idle' };

/** Steps and what they wait for as a Mermaid flowchart, which forges draw; null where there is nothing to see, or too much. Source: https://mermaid.js.org/syntax/flowchart.html */
export function flowchart(steps: readonly DrawnStep[]): string | null {
  const at = new Map(steps.map(({ step_id }, index) => [step_id, index]));
  const edges = steps.flatMap(({ after }, index) => [...new Set(after)].flatMap((id) => (at.has(id) ? [`  n${String(at.get(id))} --> n${String(index)}`] : [])));
  if (steps.length === 0 || steps.length > MOST_STEPS || edges.length > MOST_EDGES) return null;
  const boxes = steps.map(({ step_id, status, note }, index) => `  n${String(index)}["${step_id}<br/>${[status, ...(note === '' ? [] : [safe(note)])].join(', ')}"]:::${KIND[status]}`);
  const used = new Set(steps.map(({ status }) => KIND[status]));
  const classes = Object.entries(COLOURS).flatMap(([kind, colours]) => (used.has(kind as keyof typeof COLOURS) ? [`  classDef ${kind} ${colours}`] : []));
  return ['flowchart LR', ...boxes, ...edges, ...classes].join('\n');
}

/** Mermaid reads quotes, brackets, `#`, `;` and HTML within a label: nothing of theirs gets there. */
function safe(note: string): string {
  return note.replaceAll(/[^\w ,-]/g, '?');
}
