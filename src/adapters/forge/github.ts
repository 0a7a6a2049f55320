import { Octokit } from '@octokit/rest';
import type { Clock } from '../../ports/clock.ts';
import type { Annotation, Asked, CheckRun, Forge, MergeKind, PullRequest, PullState } from '../../ports/forge.ts';
import { aCheckRun, aCommit, aPull, checkRuns, commentList, commitList, isData, pullList, read } from './answers.ts';
import { ask, Remembered } from './ask.ts';
import { OutsideApi } from './fault.ts';

export interface GithubOptions {
  /** The root of the API, e.g. `https://api.github.com`, without a slash at its end. */
  readonly baseUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  /** Of coo, for the user agent. */
  readonly version: string;
  readonly clock: Clock;
}

const REQUEST_MS = 30_000;
/** The most that GitHub gives on one page. */
const PAGE = 100;
/** Pull requests of one branch that are looked at: an open one is the newest, as a rule. */
const NEWEST = 30;
/** The most annotations that GitHub takes in one call. */
const ANNOTATIONS = 50;
/** Comments with our marker that are tried: others can write it too. */
const MARKED = 5;
const quiet = (): void => undefined;

type Pulls = Octokit['rest']['pulls'];
type Pull = Awaited<ReturnType<Pulls['get']>>['data'];
type Commit = Awaited<ReturnType<Octokit['rest']['repos']['getCommit']>>['data'];
type Listed = Awaited<ReturnType<Pulls['list']>>['data'][number];

/** One repository on GitHub, or on what speaks its REST API. */
export function github({ baseUrl, token, owner, repo, version, clock }: GithubOptions): Forge {
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  // Octokit and its request each have a log, and both would write to the console.
  const octokit = new Octokit({ auth: token, baseUrl, userAgent: `git-coo/${version}`, log, request: { log, fetch: within(baseUrl) } });
  // Before Octokit turns pages of it.
  octokit.hook.after('request', ({ data }) => void read<unknown>(data, isData));
  const { pulls, issues, checks, repos } = octokit.rest;
  const at = { owner, repo };
  const polled = new Remembered<Pull>();
  const asking = { clock, token };
  /** A call that may be made twice. */
  const again = <T>(asked: string, call: () => Promise<T>): Promise<Asked<T>> => ask(asking, asked, true, call);
  /** A call that makes something: twice would make two. */
  const make = <T>(asked: string, call: () => Promise<T>): Promise<Asked<T>> => ask(asking, asked, false, call);

  /** Undefined where the forge does not show it: the pull request was merged all the same. */
  const commitAt = async (ref: string): Promise<Commit | undefined> => {
    try {
      return read((await repos.getCommit({ ...at, ref })).data, aCommit);
    } catch (error) {
      if (error instanceof Error && 'status' in error && (error.status === 404 || error.status === 422)) return undefined;
      throw error;
    }
  };
  const mergeKind = async (pull: Pull | Listed, commit: string): Promise<MergeKind | null> => {
    const merged = await commitAt(commit);
    if (merged === undefined) return null;
    if (merged.parents.length > 1) return 'merge';
    const own: string[] = [];
    for await (const page of octokit.paginate.iterator(pulls.listCommits, { ...at, pull_number: pull.number, per_page: PAGE })) own.push(...read(page.data, commitList).map((one) => one.commit.message));
    const before = merged.parents[0]?.sha;
    // One commit with one parent: squash and rebase make the same of it.
    if (own.length < 2 || before === undefined) return null;
    return (await commitAt(before))?.commit.message === own.at(-2) ? 'rebase' : 'squash';
  };
  const stateOf = async (pull: Pull | Listed): Promise<PullState> => {
    if (pull.state !== 'closed') return { kind: 'open' };
    const { merged_at, merge_commit_sha } = pull;
    if (merged_at === null || merge_commit_sha === null) return { kind: 'closed' };
    return { kind: 'merged', commit: merge_commit_sha, how: await mergeKind(pull, merge_commit_sha) };
  };
  const view = async (answer: Pull | Listed): Promise<PullRequest> => {
    const pull = read(answer, aPull);
    return { number: pull.number, url: pull.html_url, title: pull.title, body: pull.body ?? '', head: pull.head.sha, base: pull.base.ref, state: await stateOf(pull) };
  };
  const find: Forge['find'] = (head) =>
    again(`looking for the pull request of ${head}`, async () => {
      const { data } = await pulls.list({ ...at, head: `${owner}:${head}`, state: 'all', sort: 'created', direction: 'desc', per_page: NEWEST });
      const found = read(data, pullList).find(({ state }) => state === 'open') ?? data[0];
      return found === undefined ? null : view(found);
    });

  return {
    repository: `${owner}/${repo}`,
    find,
    async open({ head, base, title, body }) {
      const made = await make(`opening a pull request of ${head} into ${base}`, async () => view((await pulls.create({ ...at, head, base, title, body })).data));
      if (made.ok || made.fault.code === 'FORGE_AUTH' || made.fault.code === 'FORGE_RATE_LIMITED') return made;
      // Another opened it first, or the answer to our own call was lost.
      const found = await find(head);
      return found.ok && found.value?.state.kind === 'open' ? { ok: true, value: found.value } : made;
    },
    update: (number, { title, body }) => again(`updating pull request ${String(number)}`, async () => view((await pulls.update({ ...at, pull_number: number, title, body })).data)),
    pull: (number) => again(`asking for pull request ${String(number)}`, async () => view(await polled.get(String(number), (headers) => pulls.get({ ...at, pull_number: number, headers })))),
    async comment(number, marker, body) {
      const text = `${marker}\n${body}`;
      const found = await again(`reading the comments of pull request ${String(number)}`, async () => {
        const marked: { readonly id: number; readonly text: string }[] = [];
        for await (const page of octokit.paginate.iterator(issues.listComments, { ...at, issue_number: number, per_page: PAGE })) {
          // A forge may give line ends back as CRLF.
          for (const one of read(page.data, commentList)) if (one.body?.startsWith(marker) === true) marked.push({ id: one.id, text: one.body.replaceAll('\r\n', '\n') });
        }
        return marked;
      });
      if (!found.ok) return found;
      if (found.value.some((one) => one.text === text)) return { ok: true, value: 'unchanged' };
      for (const { id } of found.value.slice(0, MARKED)) {
        const edited = await again(`editing a comment on pull request ${String(number)}`, () => issues.updateComment({ ...at, comment_id: id, body: text }));
        if (edited.ok) return { ok: true, value: 'edited' };
        // Anybody can write our marker; what we may not edit is not ours.
        if (edited.fault.code !== 'FORGE_AUTH' && edited.fault.code !== 'FORGE_NOT_FOUND') return edited;
      }
      const made = await make(`commenting on pull request ${String(number)}`, () => issues.createComment({ ...at, issue_number: number, body: text }));
      return made.ok ? { ok: true, value: 'made' } : made;
    },
    async check(run) {
      const asked = `the check run ${run.name} on ${run.commit.slice(0, 12)}`;
      const found = await again(`looking for ${asked}`, async () => read((await checks.listForRef({ ...at, ref: run.commit, check_name: run.name, per_page: 1 })).data, checkRuns).check_runs[0]);
      if (!found.ok) return found;
      const { conclusion, output } = found.value ?? { conclusion: null, output: null };
      if (conclusion === run.conclusion && output?.title === run.title && output.summary === run.summary) return { ok: true, value: 'unchanged' };
      const [first = [], ...rest] = batches(run.annotations);
      // A new one, not an edit: annotations are only ever added to a check run, and the newest of a name is the one that is shown.
      const made = await make(`making ${asked}`, async () => read((await checks.create({ ...at, name: run.name, head_sha: run.commit, status: 'completed', conclusion: run.conclusion, output: outputOf(run, first) })).data, aCheckRun));
      if (!made.ok) return made;
      for (const batch of rest) {
        const added = await make(`annotating ${asked}`, () => checks.update({ ...at, check_run_id: made.value.id, output: outputOf(run, batch) }));
        if (!added.ok) return added;
      }
      return { ok: true, value: 'made' };
    },
  };
}

interface Output {
  readonly title: string;
  readonly summary: string;
  readonly annotations: { readonly path: string; readonly start_line: number; readonly end_line: number; readonly annotation_level: Annotation['level']; readonly title: string; readonly message: string }[];
}

function outputOf({ title, summary }: CheckRun, annotations: readonly Annotation[]): Output {
  return { title, summary, annotations: annotations.map(({ path, level, title: head, message }) => ({ path, start_line: 1, end_line: 1, annotation_level: level, title: head, message })) };
}

function batches(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  return Array.from({ length: Math.ceil(annotations.length / ANNOTATIONS) }, (_, at) => annotations.slice(at * ANNOTATIONS, (at + 1) * ANNOTATIONS));
}

/** `fetch` for the API alone: a link to a next page leads nowhere else with our token. */
function within(baseUrl: string): typeof fetch {
  return (url, init) => {
    if (typeof url !== 'string' || !url.startsWith(`${baseUrl}/`)) throw new OutsideApi(`the forge named an address outside ${baseUrl}`);
    return fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
  };
}
