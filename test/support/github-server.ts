import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in, for a test to look at. */
export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer out of turn: the next request that fits gets it. `status` 0 = the connection is cut. */
export interface Fault {
  readonly method?: string;
  /** The path contains this. */
  readonly path?: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The request is carried out all the same, and only its answer lost. */
  readonly after?: boolean;
}

export interface Pull {
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  merged_at: string | null;
  merge_commit_sha: string | null;
  readonly html_url: string;
  readonly head: { readonly ref: string; sha: string };
  readonly base: { readonly ref: string };
}

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

export interface StoredCheck {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  conclusion: string;
  title: string;
  summary: string;
  annotations: unknown[];
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const SHA = /^[0-9a-f]{40}$/;

/** Behaves like GitHub's REST API for one repository, on loopback: pages with Link headers, ETags, 401, 404, 422; and, when told to, limits and faults. */
export class GithubServer {
  readonly requests: Request[] = [];
  readonly pulls: Pull[] = [];
  readonly comments = new Map<number, Comment[]>();
  readonly checks: StoredCheck[] = [];
  /** Commits by id: their parents and message. */
  readonly commits = new Map<string, { readonly parents: readonly string[]; readonly message: string }>();
  /** Of a pull request: the messages of its commits, oldest first. */
  readonly pullCommits = new Map<number, readonly string[]>();
  /** Where a branch stands, for new pull requests. */
  headOf: (branch: string) => string = () => 'a'.repeat(40);
  readonly token: string;
  readonly repository: string;
  /** At most so many things on a page, whatever is asked for. */
  page = 100;
  readonly #faults: Fault[] = [];
  readonly #server: Server;
  #ids = 100;

  private constructor(server: Server, token: string, repository: string) {
    this.#server = server;
    this.token = token;
    this.repository = repository;
  }

  static async start({ token = 'a-token-for-tests', repository = 'acme/widget' } = {}): Promise<GithubServer> {
    const server = createServer((request, response) => void made.#serve(request, response));
    const made = new GithubServer(server, token, repository);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return made;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** The next request that fits is answered with this instead. */
  next(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Merges a pull request as somebody on the forge would. */
  merge(number: number, sha: string, parents: readonly string[] = ['b'.repeat(40)]): void {
    this.commits.set(sha, { parents, message: `merge of #${String(number)}` });
    Object.assign(this.#pull(number), { state: 'closed', merged_at: '2030-01-01T00:00:00Z', merge_commit_sha: sha });
  }

  shut(number: number): void {
    Object.assign(this.#pull(number), { state: 'closed' });
  }

  /** A comment of somebody else's. */
  say(number: number, body: string, login = 'somebody'): void {
    this.#commentsOf(number).push({ id: this.#id(), user: { login }, body });
  }

  /** Methods and paths of what was asked since the last call. */
  asked(): readonly string[] {
    return this.requests.splice(0).map(({ method, url }) => `${method} ${url}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { method = '', url = '', headers } = request;
    const body = (text === '' ? {} : JSON.parse(text)) as Request['body'];
    this.requests.push({ method, url, headers, body });
    const fault = this.#faults.find((one) => (one.method ?? method) === method && url.includes(one.path ?? ''));
    if (fault !== undefined) this.#faults.splice(this.#faults.indexOf(fault), 1);
    if (fault?.after === true) this.#answer(request, body);
    if (fault?.status === 0) return void response.destroy();
    const { status, body: answer, headers: more = {} } = fault === undefined ? this.#answer(request, body) : { status: fault.status, body: fault.body ?? { message: 'out of turn' }, headers: fault.headers };
    const bytes = status === 304 ? '' : JSON.stringify(answer);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-ratelimit-remaining': '4000', ...more });
    response.end(bytes);
  }

  #answer({ method = '', url = '', headers }: IncomingMessage, body: Request['body']): Answered {
    if (headers.authorization !== `token ${this.token}`) return { status: 401, body: { message: 'Bad credentials' } };
    const { pathname, searchParams } = new URL(url, this.baseUrl);
    const prefix = `/repos/${this.repository}/`;
    if (!pathname.startsWith(prefix)) return { status: 404, body: { message: 'Not Found' } };
    const [what = '', id = '', more = ''] = pathname.slice(prefix.length).split('/');
    const route = `${method} ${what}${id === '' ? '' : '/*'}${more === '' ? '' : `/${more}`}`;
    switch (route) {
      case 'GET pulls':
        return this.#paged(url, this.pulls.filter(({ head }) => searchParams.get('head') === `${this.repository.split('/')[0] ?? ''}:${head.ref}`).toReversed());
      case 'POST pulls':
        return this.#open(body);
      case 'GET pulls/*':
        return tagged(headers, this.pulls.find(({ number }) => number === Number(id)));
      case 'PATCH pulls/*':
        return found(this.pulls.find(({ number }) => number === Number(id)), body);
      case 'GET pulls/*/commits':
        return this.#paged(url, (this.pullCommits.get(Number(id)) ?? ['one']).map((message) => ({ sha: 'c'.repeat(40), commit: { message } })));
      case 'GET commits/*': {
        const commit = this.commits.get(id);
        return commit === undefined ? missing() : { status: 200, body: { sha: id, parents: commit.parents.map((sha) => ({ sha })), commit: { message: commit.message } } };
      }
      case 'GET issues/*/comments':
        return this.#paged(url, this.#commentsOf(Number(id)));
      case 'POST issues/*/comments': {
        const comment: Comment = { id: this.#id(), user: { login: 'coo' }, body: String(body['body']) };
        this.#commentsOf(Number(id)).push(comment);
        return { status: 201, body: comment };
      }
      case 'GET commits/*/check-runs': {
        const runs = this.checks.filter(({ head_sha, name }) => head_sha === id && name === searchParams.get('check_name'));
        return { status: 200, body: { total_count: runs.length, check_runs: runs.toReversed().map(({ id, conclusion, title, summary }) => ({ id, conclusion, output: { title, summary } })) } };
      }
      case 'POST check-runs':
        return this.#check(undefined, body);
      case 'PATCH check-runs/*':
        return this.#check(this.checks.find((one) => one.id === Number(id)), body);
      default:
        if (method === 'PATCH' && what === 'issues' && id === 'comments') return this.#edit(Number(more), body);
        return missing();
    }
  }

  #open(body: Request['body']): Answered {
    const head = String(body['head']);
    if (this.pulls.some((pull) => pull.head.ref === head && pull.state === 'open')) {
      return { status: 422, body: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message: `A pull request already exists for ${head}.` }] } };
    }
    const number = this.pulls.length + 1;
    const pull: Pull = { number, title: String(body['title']), body: String(body['body']), state: 'open', merged_at: null, merge_commit_sha: null, html_url: `https://github.example/${this.repository}/pull/${String(number)}`, head: { ref: head, sha: this.headOf(head) }, base: { ref: String(body['base']) } };
    this.pulls.push(pull);
    return { status: 201, body: pull };
  }

  #edit(id: number, body: Request['body']): Answered {
    const comment = [...this.comments.values()].flat().find((one) => one.id === id);
    if (comment !== undefined && comment.user.login !== 'coo') return { status: 403, body: { message: 'Must have admin rights to Repository.' } };
    return found(comment, body);
  }

  #check(known: StoredCheck | undefined, body: Request['body']): Answered {
    const output = body['output'] as { readonly title: string; readonly summary: string; readonly annotations?: readonly unknown[] };
    if ((output.annotations ?? []).length > 50) return { status: 422, body: { message: 'Invalid request. No more than 50 annotations.' } };
    if (known === undefined && !SHA.test(String(body['head_sha']))) return { status: 422, body: { message: 'Invalid head_sha' } };
    const check = known ?? { id: this.#id(), name: String(body['name']), head_sha: String(body['head_sha']), conclusion: '', title: '', summary: '', annotations: [] };
    if (known === undefined) this.checks.push(check);
    Object.assign(check, { title: output.title, summary: output.summary, ...(typeof body['conclusion'] === 'string' ? { conclusion: body['conclusion'] } : {}) });
    check.annotations.push(...(output.annotations ?? []));
    return { status: known === undefined ? 201 : 200, body: check };
  }

  #paged(url: string, all: readonly unknown[]): Answered {
    const at = new URL(url, this.baseUrl);
    const size = Math.min(this.page, Number(at.searchParams.get('per_page') ?? 30));
    const page = Number(at.searchParams.get('page') ?? 1);
    at.searchParams.set('page', String(page + 1));
    const link = page * size < all.length ? { link: `<${at.href}>; rel="next"` } : {};
    return { status: 200, body: all.slice((page - 1) * size, page * size), headers: link };
  }

  #pull(number: number): Pull {
    const pull = this.pulls.find((one) => one.number === number);
    if (pull === undefined) throw new Error(`no pull request ${String(number)}`);
    return pull;
  }

  #commentsOf(number: number): Comment[] {
    const known = this.comments.get(number) ?? [];
    this.comments.set(number, known);
    return known;
  }

  #id(): number {
    this.#ids += 1;
    return this.#ids;
  }
}

function missing(): Answered {
  return { status: 404, body: { message: 'Not Found' } };
}

function found(thing: object | undefined, body: Request['body']): Answered {
  if (thing === undefined) return missing();
  Object.assign(thing, body);
  return { status: 200, body: thing };
}

function tagged(headers: IncomingMessage['headers'], thing: object | undefined): Answered {
  if (thing === undefined) return missing();
  const etag = `W/"${createHash('sha256').update(JSON.stringify(thing)).digest('hex')}"`;
  return headers['if-none-match'] === etag ? { status: 304, body: '', headers: { etag } } : { status: 200, body: thing, headers: { etag } };
}
