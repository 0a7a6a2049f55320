// Commands with --json in one project, one after the other: what each prints is one document a line, of the shape of the schema that it names.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shapeErrors } from '../../tools/generate.ts';
import { scratch } from './cli.ts';
import type { Said, Scratch } from './cli.ts';

export interface Document {
  readonly schema: string;
  readonly [member: string]: unknown;
}

/** What a command printed, and its exit code. */
export interface Documents {
  readonly code: number;
  readonly documents: readonly Document[];
}

/** Events, plans and messages are open in a document's own schema: another one says what they are. */
function eventsOf(document: Document): readonly unknown[] {
  const { events = [], entries = [], history = [] } = document as { readonly events?: readonly unknown[]; readonly entries?: readonly { readonly event?: unknown }[]; readonly history?: readonly { readonly event?: unknown }[] };
  return [...(Array.isArray(events) ? events : []), ...(Array.isArray(entries) ? entries : []).map(({ event }) => event), ...history.map(({ event }) => event)];
}

/** What in it is of another shape. */
export function wrongIn(document: Document): readonly string[] {
  const plan = document.schema === 'coo/plan-show.v1' ? shapeErrors('coo/entry.v1#/$defs/entryPlan', document['plan']) : [];
  const message = document.schema === 'coo/sent.v1' ? shapeErrors('coo/message.v1', document['message']) : [];
  const order = document.schema === 'coo/next.v1' ? shapeErrors('coo/order.v1', document['work_order']) : [];
  const stood = document.schema === 'coo/replay.v1' && 'status' in document ? shapeErrors('coo/status.v1', document['status']) : [];
  return [...shapeErrors(document.schema, document), ...stood, ...order, ...plan, ...message, ...eventsOf(document).flatMap((event) => shapeErrors('coo/entry.v1#/$defs/entryEvent', event))];
}

function requireShapes(args: readonly string[], documents: readonly Document[], stderr: string): void {
  expect(documents.flatMap((document) => wrongIn(document).map((wrong) => `${args.join(' ')}: ${document.schema}: ${wrong}`)), stderr).toEqual([]);
}

/** A project with a home of its own, and commands in it. Whoever makes one removes its `place`. */
export class JsonCommands {
  readonly place: Scratch = scratch();
  readonly repo = join(this.place.top, 'repo');
  /** Commands that were. */
  readonly tried = new Set<string>();

  constructor() {
    const { place, repo } = this;
    mkdirSync(repo);
    place.git(repo, 'init', '-q', '-b', 'main');
    place.write(join(repo, 'a.txt'), 'one\n');
    place.git(repo, 'add', '.');
    place.git(repo, 'commit', '-q', '-m', 'first');
  }

  /** Runs a command with --json: what it printed, each line checked. */
  async said(...args: readonly string[]): Promise<Documents> {
    return this.checked(args, await this.place.coo(this.repo, ...args, '--json'));
  }

  checked(args: readonly string[], { code, stdout, stderr }: Said): Documents {
    this.tried.add(args.find((word) => !word.startsWith('-')) ?? '');
    const documents = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Document);
    requireShapes(args, documents, stderr);
    return { code, documents };
  }

  /** The same for a command that prints one document: its schema's name and the exit code. */
  async one(...args: readonly string[]): Promise<string> {
    const { code, documents } = await this.said(...args);
    return `${documents.map(({ schema }) => schema).join(' ')} ${String(code)}`;
  }

  plan(id: string, steps: string): void {
    this.place.write(join(this.repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n${steps}`);
  }
}

/** How every such project begins, as tests: a plan `added` in it, one that is done, `good`, and one that failed, `bad`. */
export function itBegins(at: () => JsonCommands): void {
  it('without a command: help and version', async () => {
    expect(await at().one()).toBe('coo/help.v1 0');
    expect(await at().one('--help')).toBe('coo/help.v1 0');
    expect(await at().one('--version')).toBe('coo/version.v1 0');
    expect(await at().one('status', '--help')).toBe('coo/help.v1 0');
    expect(await at().one('plan', 'new', '--help')).toBe('coo/help.v1 0');
    expect(await at().one('nope')).toBe('coo/error.v1 2');
    expect(await at().one('breaker', 'nope')).toBe('coo/error.v1 2');
  });

  it('set up and plans', async () => {
    expect(await at().one('status')).toBe('coo/error.v1 1');
    expect(await at().one('init', '--yes')).toBe('coo/init.v1 0');
    expect(await at().one('doctor')).toBe('coo/doctor.v1 0');
    expect(await at().one('status', '--disk')).toBe('coo/status.v1 0');
    expect(await at().one('notify')).toBe('coo/error.v1 2');
    expect(await at().one('plan', 'new', 'fresh')).toBe('coo/plan-new.v1 0');
    const outside = at().place.write(join(at().place.top, 'added.plan.yaml'), 'plan_id: added\ntitle: added\ndraft: true\nsteps:\n  - {step_id: s, objective: s, prompt: think}\n');
    expect(await at().one('plan', 'add', outside)).toBe('coo/plan-add.v1 0');
    expect(await at().one('plan', 'lint')).toBe('coo/lint.v1 0');
    expect(await at().one('plan', 'start', 'added')).toBe('coo/done.v1 0');
    expect(await at().one('plan', 'start', 'added')).toBe('coo/unchanged.v1 0');
    at().place.write(join(at().repo, '_plans/added.plan.yaml'), 'plan_id: added\ntitle: another\nsteps:\n  - {step_id: s, objective: s, prompt: think again}\n');
    expect(await at().one('plan', 'amend', 'added')).toBe('coo/amended.v1 0');
    expect(await at().one('plan', 'amend', 'added')).toBe('coo/unchanged.v1 0');
    expect(await at().one('plan', 'list')).toBe('coo/plans.v1 0');
    expect(await at().one('plan', 'show', 'added')).toBe('coo/plan-show.v1 0');
  });

  it('the manager and a worker', async () => {
    at().plan('good', '  - {step_id: s, objective: s, commands: ["echo s > s.txt"]}\n');
    at().plan('worse', '  - {step_id: s, objectiv: s}\n');
    at().plan('bad', '  - {step_id: s, objective: s, commands: ["false"], retry: {max: 0}}\n');
    expect(await at().one('run', '--dry-run')).toBe('coo/dry-run.v1 0');
    const run = await at().said('run', '--until-idle');
    expect(run.code).toBe(1);
    expect([...new Set(run.documents.map(({ schema }) => schema))]).toEqual(['coo/log.v1', 'coo/run-end.v1']);
    expect(await at().one('plan', 'show', 'good')).toBe('coo/plan-show.v1 0');
    expect(wrongIn(JSON.parse(readFileSync(join(at().repo, '_bus/rejected/worse.plan.yaml.json'), 'utf8')) as Document)).toEqual([]);
    expect(await at().one('work', '--seat', 'dev-1', '--once')).toBe('coo/worked.v1 75');
  });
}
