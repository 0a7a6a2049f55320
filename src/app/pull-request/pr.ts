import { parseRemoteUrl } from '../../format/remote-url.ts';
import type { RemoteRepo } from '../../format/remote-url.ts';
import type { Forge, PullRequest } from '../../ports/forge.ts';
import type { Remote } from '../../ports/remote.ts';
import { Failure } from '../failure.ts';
import { requireHome } from '../ledger/home.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { applyByHand } from '../operations/by-hand.ts';
import { findPlan } from '../operations/find.ts';
import { requireThawed } from '../operations/freeze.ts';
import { learntFrom } from '../integrate/seen-merge.ts';
import type { PlanState } from '../../kernel/state.ts';
import { markerOf, renderCheck, renderComment } from './comment.ts';
import { planFacts } from './facts.ts';
import type { PlanFacts } from './facts.ts';
import { given } from './fault.ts';
import { pushBranches } from './push.ts';
import { renderBody, renderTitle } from './render.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** Between two questions while a merge is waited for, in milliseconds. */
const WAIT_MS = 30_000;

/** A plan's pull request, and what was done about it. */
export interface PullRequestView {
  readonly schema: 'coo/pr.v1';
  readonly plan_id: string;
  readonly verdict: Verdict['kind'];
  readonly summary: string;
  readonly branch: string;
  readonly target: string;
  readonly title: string;
  readonly body: string;
  readonly dry_run: boolean;
  readonly pushed: readonly string[];
  readonly pull_request: { readonly number: number; readonly url: string; readonly state: 'open' | 'merged' | 'closed'; readonly action: 'opened' | 'updated' | 'unchanged' } | null;
  readonly comment: 'made' | 'edited' | 'unchanged' | null;
  readonly check: 'made' | 'unchanged' | 'refused' | null;
  /** The ledger learnt from it: the merge that the plan awaited, or that the pull request was closed. */
  readonly recorded: boolean;
  readonly notes: readonly string[];
}

/** The ways out of the repository. */
export interface Doors {
  readonly remote: Remote;
  readonly forge: (repo: RemoteRepo) => Promise<Forge>;
}

/** What a pull request would say, from the ledger alone. */
export async function previewPullRequest(session: LedgerSession, plan_id: string): Promise<PullRequestView> {
  return viewOf(await planFacts(session, plan_id));
}

function viewOf(facts: PlanFacts): PullRequestView {
  const { kind, text } = verdictOf(facts);
  const { plan_id, target } = facts.plan.plan;
  return { schema: 'coo/pr.v1', plan_id, verdict: kind, summary: text, branch: facts.branch, target, title: renderTitle(facts), body: renderBody(facts), dry_run: true, pushed: [], pull_request: null, comment: null, check: null, recorded: false, notes: [] };
}

/**
 * Pushes the plan's branch and the ledger's, and opens or updates the pull request, its comment and its check run. Done again it finds what is
 * there and changes what differs. A pull request that is merged or closed is left as it is.
 */
export async function publishPullRequest(session: LedgerSession, plan_id: string, doors: Doors): Promise<PullRequestView> {
  const facts = await planFacts(session, plan_id);
  const view = viewOf(facts);
  const { tip } = facts.plan;
  const { head } = session;
  await requireHome(session.world, session.home, session.state);
  requireThawed(session.state);
  if (tip === null || head === null || tip === facts.plan.base) throw new Failure({ code: 'PLAN_EMPTY_BRANCH', message: `nothing of ${plan_id} is merged into ${facts.branch} yet`, fix: `coo explain ${plan_id}` });
  const { forge, name } = await forgeFor(doors, view.target);
  const found = given(await forge.find(view.branch));
  // What was merged is over there, and its branch may have been removed for that: it is not brought back.
  const branch = found === null || found.state.kind === 'open' ? [{ ref: session.refs.plan(plan_id), commit: tip }] : [];
  const pushed = await pushBranches(session.world, doors.remote, name, [...branch, { ref: session.refs.ledger, commit: head }]);
  const { pull, action } = await openOrUpdate(forge, view, found);
  const seen = { number: pull.number, url: pull.url, state: pull.state.kind, action };
  const done: PullRequestView = { ...view, dry_run: false, pushed, pull_request: seen, recorded: await record(session, facts.plan, pull), notes: notesOn(facts, pull) };
  if (pull.state.kind !== 'open') return done;
  const comment = given(await forge.comment(pull.number, markerOf(facts), renderComment(facts)));
  const checked = await forge.check(renderCheck(facts, tip));
  if (checked.ok) return { ...done, comment, check: checked.value };
  // GitHub lets apps alone write check runs: a person's token still opens the pull request.
  if (checked.fault.code === 'FORGE_AUTH' || checked.fault.code === 'FORGE_NOT_FOUND') return { ...done, comment, check: 'refused', notes: [...done.notes, `no check run: ${checked.fault.message}; GitHub lets the tokens of apps and of Actions write them`] };
  given(checked);
  return done;
}

/** Waits until the pull request is merged or closed, and records it. Asks the forge every half minute. */
export async function awaitMerge(session: LedgerSession, view: PullRequestView, doors: Doors): Promise<PullRequestView> {
  const { clock } = session.world;
  const number = view.pull_request?.number;
  if (number === undefined) return view;
  const { forge } = await forgeFor(doors, view.target);
  for (;;) {
    const pull = given(await forge.pull(number));
    if (pull.state.kind !== 'open') {
      await session.refresh();
      const plan = await findPlan(session, view.plan_id);
      return { ...view, pull_request: { number, url: pull.url, state: pull.state.kind, action: view.pull_request?.action ?? 'unchanged' }, recorded: (await record(session, plan, pull)) || view.recorded };
    }
    await clock.sleep(WAIT_MS);
  }
}

/** Tells the ledger what the pull request says of a plan that awaits its merge. */
async function record(session: LedgerSession, plan: PlanState, pull: PullRequest): Promise<boolean> {
  const learnt = learntFrom(plan, pull, session.world.clock.now());
  return learnt !== undefined && (await applyByHand(session, learnt)).ok;
}

/** The remote that a plan's target is pulled from, and its forge. */
export async function forgeFor({ remote, forge }: Doors, target: string): Promise<{ readonly name: string; readonly forge: Forge }> {
  const name = await remote.nameFor(target);
  const url = name === null ? null : await remote.url(name);
  if (name === null || url === null) throw new Failure({ code: 'REMOTE_NONE', message: `there is no remote to push ${target} to`, fix: 'git remote add origin git@github.com:<owner>/<repo>.git' });
  const repo = parseRemoteUrl(url);
  // The URL may hold a password: it is not shown.
  if (repo === undefined) throw new Failure({ code: 'REMOTE_NO_FORGE', message: `the URL of ${name} names no repository on a forge: https://<host>/<owner>/<repo>, ssh:// or <user>@<host>:<owner>/<repo>`, fix: `git remote set-url ${name} git@github.com:<owner>/<repo>.git` });
  return { name, forge: await forge(repo) };
}

async function openOrUpdate(forge: Forge, { branch, target, title, body }: PullRequestView, found: PullRequest | null): Promise<{ readonly pull: PullRequest; readonly action: 'opened' | 'updated' | 'unchanged' }> {
  if (found === null) return { pull: given(await forge.open({ head: branch, base: target, title, body })), action: 'opened' };
  // A forge may give line ends back as CRLF, and cuts blanks at the end.
  const isSame = found.title === title && found.body.replaceAll('\r\n', '\n').trimEnd() === body.trimEnd();
  if (isSame || found.state.kind !== 'open') return { pull: found, action: 'unchanged' };
  return { pull: given(await forge.update(found.number, { title, body })), action: 'updated' };
}

function notesOn({ plan }: PlanFacts, { state, number, base }: PullRequest): readonly string[] {
  const { integrate, target } = plan.plan;
  return [
    ...(integrate === 'merge' ? [`the plan says integrate: merge, so coo merges it into ${target} itself when its steps are done`] : []),
    ...(base === target ? [] : [`pull request ${String(number)} goes into ${base}, and the plan says ${target}`]),
    ...(state.kind === 'closed' ? [`pull request ${String(number)} was closed without a merge: reopen it on the forge, then run this again`] : []),
  ];
}
