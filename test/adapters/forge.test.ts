// The real Octokit over HTTP, against a server on loopback that behaves like GitHub's API: pages, ETags, limits, faults, and what must not be said.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { github } from '../../src/adapters/forge/github.ts';
import type { Asked, CheckRun, Forge } from '../../src/ports/forge.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { GithubServer } from '../support/github-server.ts';

const MARKER = '<!-- git-coo:00ff:hello -->';
const DRAFT = { head: 'coo/hello', base: 'main', title: 'Say hello', body: 'Ready.' };
const SHA = 'd'.repeat(40);

let server: GithubServer;
let clock: FakeClock;
let forge: Forge;

beforeEach(async () => {
  server = await GithubServer.start();
  clock = fakeClock();
  forge = open();
});
afterEach(() => server.close());

function open(over: { readonly token?: string; readonly repo?: string; readonly baseUrl?: string } = {}): Forge {
  return github({ baseUrl: server.baseUrl, token: server.token, owner: 'acme', repo: 'widget', version: '1.2.3', clock, ...over });
}

/** Lets a call go on over its waits, and says how long these were, in milliseconds. */
async function waited<T>(call: Promise<Asked<T>>): Promise<{ readonly answer: Asked<T>; readonly ms: number }> {
  const from = clock.monotonic();
  let answer: Asked<T> | undefined;
  void call.then((one) => (answer = one));
  while (answer === undefined) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (clock.sleeping() > 0) await clock.advance(500);
  }
  return { answer, ms: clock.monotonic() - from };
}

async function value<T>(call: Promise<Asked<T>>): Promise<T> {
  const answer = await call;
  if (!answer.ok) throw new Error(`${answer.fault.code}: ${answer.fault.message}`);
  return answer.value;
}

async function fault(call: Promise<Asked<unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const { answer } = await waited(call);
  if (answer.ok) throw new Error('it was done');
  return { ...answer.fault };
}

describe('a pull request', () => {
  it('is opened, found by its branch, and changed', async () => {
    expect(await value(forge.find('coo/hello'))).toBeNull();
    const opened = await value(forge.open(DRAFT));
    expect(opened).toEqual({ number: 1, url: 'https://github.example/acme/widget/pull/1', title: 'Say hello', body: 'Ready.', head: 'a'.repeat(40), base: 'main', state: { kind: 'open' } });
    expect(await value(forge.find('coo/hello'))).toEqual(opened);
    expect(await value(forge.find('coo/other'))).toBeNull();
    expect(await value(forge.update(1, { title: 'Hello', body: 'Merged.' }))).toMatchObject({ title: 'Hello', body: 'Merged.' });
  });

  it('is not opened twice: where one is open, that one is given', async () => {
    await value(forge.open(DRAFT));
    expect(await value(forge.open({ ...DRAFT, title: 'again' }))).toMatchObject({ number: 1, title: 'Say hello' });
    server.shut(1);
    server.next({ method: 'POST', path: '/pulls', status: 502, after: true });
    expect((await waited(forge.open(DRAFT))).answer).toMatchObject({ ok: true, value: { number: 2 } });
    expect(server.pulls).toHaveLength(2);
  });

  it('that is open comes before a newer one that is not', async () => {
    for (let at = 0; at < 3; at += 1) {
      await value(forge.open(DRAFT));
      server.shut(at + 1);
    }
    expect(await value(forge.find('coo/hello'))).toMatchObject({ number: 3, state: { kind: 'closed' } });
    Object.assign(server.pulls[0] ?? {}, { state: 'open' });
    expect(await value(forge.find('coo/hello'))).toMatchObject({ number: 1, state: { kind: 'open' } });
  });

  it.each([
    ['merge', ['b'.repeat(40), 'c'.repeat(40)], ['one', 'two'], 'merge'],
    ['squash', ['b'.repeat(40)], ['one', 'two'], 'squash'],
    ['rebase', ['e'.repeat(40)], ['one', 'two'], 'rebase'],
    ['squash or rebase of one commit: the forge does not tell', ['b'.repeat(40)], ['one'], null],
  ])('was merged: %s', async (_, parents, messages, how) => {
    server.commits.set('b'.repeat(40), { parents: [], message: 'before' });
    server.commits.set('e'.repeat(40), { parents: [], message: 'one' });
    await value(forge.open(DRAFT));
    server.pullCommits.set(1, messages);
    server.merge(1, SHA, parents);
    expect(await value(forge.pull(1))).toMatchObject({ state: { kind: 'merged', commit: SHA, how } });
  });

  it('was merged although its commit is not shown', async () => {
    await value(forge.open(DRAFT));
    server.merge(1, SHA);
    server.commits.clear();
    expect(await value(forge.pull(1))).toMatchObject({ state: { kind: 'merged', commit: SHA, how: null } });
  });

  it('is asked for again by its ETag, and what changed is seen', async () => {
    await value(forge.open(DRAFT));
    await value(forge.pull(1));
    server.requests.splice(0);
    expect(await value(forge.pull(1))).toMatchObject({ state: { kind: 'open' } });
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([expect.stringMatching(/^W\//)]);
    server.shut(1);
    expect(await value(forge.pull(1))).toMatchObject({ state: { kind: 'closed' } });
  });
});

describe('the comment', () => {
  it('is one: made, edited in place, and silent where it says the same', async () => {
    await value(forge.open(DRAFT));
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('made');
    server.requests.splice(0);
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('unchanged');
    expect(server.asked().filter((line) => !line.startsWith('GET'))).toEqual([]);
    expect(await value(forge.comment(1, MARKER, 'second'))).toBe('edited');
    expect(server.comments.get(1)?.map(({ body }) => body)).toEqual([`${MARKER}\nsecond`]);
    expect(await value(forge.comment(1, '<!-- git-coo:00ff:other -->', 'second'))).toBe('made');
  });

  it('is found on a later page', async () => {
    await value(forge.open(DRAFT));
    server.page = 10;
    for (let at = 0; at < 35; at += 1) server.say(1, `number ${String(at)}`);
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('made');
    server.requests.splice(0);
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('unchanged');
    expect(server.requests).toHaveLength(4);
  });

  it('is not taken for ours because somebody wrote our marker', async () => {
    await value(forge.open(DRAFT));
    server.say(1, `${MARKER}\nnot coo`);
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('made');
    expect(await value(forge.comment(1, MARKER, 'second'))).toBe('edited');
    expect(server.comments.get(1)?.map(({ body }) => body)).toEqual([`${MARKER}\nnot coo`, `${MARKER}\nsecond`]);
  });
});

describe('the check run', () => {
  const run: CheckRun = { name: 'coo / hello', commit: SHA, conclusion: 'failure', title: 'Failed', summary: 'see below', annotations: Array.from({ length: 120 }, (_, at) => ({ path: `f${String(at)}`, level: 'failure', title: 'X', message: 'wrong' })) };

  it('takes annotations in batches of 50, and is left alone where it says the same', async () => {
    expect(await value(forge.check(run))).toBe('made');
    expect(server.checks[0]?.annotations).toHaveLength(120);
    expect(server.checks[0]?.annotations[51]).toEqual({ path: 'f51', start_line: 1, end_line: 1, annotation_level: 'failure', title: 'X', message: 'wrong' });
    expect(await value(forge.check(run))).toBe('unchanged');
    expect(await value(forge.check({ ...run, conclusion: 'success', annotations: [] }))).toBe('made');
    expect(server.checks.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
  });

  it('is refused to a token that may not write one', async () => {
    server.next({ method: 'POST', path: '/check-runs', status: 403, body: { message: 'Resource not accessible by personal access token' } });
    expect(await fault(forge.check(run))).toEqual({ code: 'FORGE_AUTH', message: 'making the check run coo / hello on dddddddddddd: Resource not accessible by personal access token (HTTP 403)' });
  });
});

describe('a forge that does not do it', () => {
  it.each([
    [401, {}, { message: 'Bad credentials' }, { code: 'FORGE_AUTH' }],
    [403, {}, { message: 'Must have admin rights' }, { code: 'FORGE_AUTH' }],
    [404, {}, { message: 'Not Found' }, { code: 'FORGE_NOT_FOUND' }],
    [422, {}, { message: 'Validation Failed', errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }, { message: 'No commits between main and coo/hello' }, 'odd'] }, { code: 'FORGE_INVALID', what: ['PullRequest head invalid', 'No commits between main and coo/hello', 'odd'] }],
    [410, {}, { message: 'Gone' }, { code: 'FORGE_INVALID' }],
    [429, { 'retry-after': '3600' }, {}, { code: 'FORGE_RATE_LIMITED', retry_at_ms: Date.UTC(2030, 0, 1, 1) }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2030, 0, 1, 2) / 1_000) }, { message: 'API rate limit exceeded' }, { code: 'FORGE_RATE_LIMITED', retry_at_ms: Date.UTC(2030, 0, 1, 2) }],
    [403, {}, { message: 'You have exceeded a secondary rate limit.' }, { code: 'FORGE_RATE_LIMITED', retry_at_ms: Date.UTC(2030, 0, 1, 0, 1) }],
  ])('%i %j: %j', async (status, headers, body, expected) => {
    server.next({ status, headers, body });
    expect(await fault(forge.find('coo/hello'))).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['a page for people', '<html>log in</html>'],
    ['an object with nothing in it', {}],
    ['a list of something else', [{}]],
  ])('answers 200 with %s: told, whatever was asked', async (_, body) => {
    await value(forge.open(DRAFT));
    server.merge(1, SHA);
    const run: CheckRun = { name: 'x', commit: SHA, conclusion: 'success', title: 'x', summary: 'x', annotations: [] };
    const calls: readonly (readonly [path: string, call: () => Promise<Asked<unknown>>])[] = [
      ['/pulls', async () => forge.find('coo/hello')],
      ['/pulls', async () => forge.open(DRAFT)],
      ['/pulls/1', async () => forge.update(1, DRAFT)],
      ['/commits/', async () => forge.pull(1)],
      ['/pulls/1', async () => forge.pull(1)],
      ['/comments', async () => forge.comment(1, MARKER, 'x')],
      ['/check-runs', async () => forge.check(run)],
    ];
    for (const [path, call] of calls) {
      server.next({ path, status: 200, body });
      expect(await fault(call()), path).toMatchObject({ code: 'FORGE_STRANGE' });
    }
    server.next({ method: 'POST', path: '/check-runs', status: 200, body });
    expect(await fault(forge.check(run))).toMatchObject({ code: 'FORGE_STRANGE' });
  });

  it('is asked again after a short limit, also where something is made: it was refused without effect', async () => {
    server.next({ method: 'POST', status: 403, headers: { 'retry-after': '7' } }, { method: 'POST', status: 429, headers: { 'retry-after': '2' } });
    expect(await waited(forge.open(DRAFT))).toMatchObject({ answer: { ok: true, value: { number: 1 } }, ms: 9_000 });
    server.next(...Array.from({ length: 9 }, () => ({ status: 429, headers: { 'retry-after': '1' } })));
    expect(await waited(forge.find('coo/hello'))).toMatchObject({ answer: { ok: false, fault: { code: 'FORGE_RATE_LIMITED' } }, ms: 3_000 });
  });

  it('is asked three times when it is broken or cut off, and then told', async () => {
    server.next({ status: 502 }, { status: 0 });
    expect(await waited(forge.find('coo/hello'))).toMatchObject({ answer: { ok: true, value: null }, ms: 5_000 });
    server.next({ status: 500 }, { status: 503 }, { status: 502 });
    expect(await waited(forge.find('coo/hello'))).toMatchObject({ answer: { ok: false, fault: { code: 'FORGE_DOWN' } }, ms: 5_000 });
    expect(await fault(open({ baseUrl: 'http://127.0.0.1:9' }).find('x'))).toMatchObject({ code: 'FORGE_DOWN' });
  });

  it('is not asked twice for what would then be there twice', async () => {
    await value(forge.open(DRAFT));
    server.next({ method: 'POST', path: '/comments', status: 502, after: true });
    expect(await fault(forge.comment(1, MARKER, 'first'))).toMatchObject({ code: 'FORGE_DOWN' });
    expect(await value(forge.comment(1, MARKER, 'first'))).toBe('unchanged');
    expect(server.comments.get(1)).toHaveLength(1);
  });
});

it('says nothing by itself, also where the forge says that what is asked is deprecated', async () => {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name).mockImplementation(() => undefined));
  server.next({ status: 200, body: [], headers: { deprecation: 'true', sunset: 'Sat, 01 Jan 2028 00:00:00 GMT' } }, { status: 404 }, { status: 500 });
  await value(forge.find('coo/hello'));
  await fault(forge.find('coo/hello'));
  await waited(forge.find('coo/hello'));
  for (const spy of spies) {
    expect(spy.mock.calls).toEqual([]);
    spy.mockRestore();
  }
});

describe('the token', () => {
  it('goes to the API alone, whatever address a page names', async () => {
    await value(forge.open(DRAFT));
    const other = await GithubServer.start();
    server.next({ path: '/comments', status: 200, headers: { link: `<${other.baseUrl}/repos/acme/widget/issues/1/comments?page=2>; rel="next"` }, body: [] });
    const told = await fault(forge.comment(1, MARKER, 'first'));
    expect(told).toMatchObject({ code: 'FORGE_INVALID', message: expect.stringContaining('the forge named an address outside') });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('is in no message, also where the forge says it', async () => {
    server.next({ status: 401, body: { message: `Bad credentials: token ${server.token}` } });
    expect(await fault(forge.find('coo/hello'))).toEqual({ code: 'FORGE_AUTH', message: 'looking for the pull request of coo/hello: Bad credentials: token [token] (HTTP 401)' });
    server.next({ status: 422, body: { message: 'x', errors: [{ message: server.token }] } });
    expect(JSON.stringify(await fault(forge.find('coo/hello')))).not.toContain(server.token);
  });

  it('is refused when it is wrong, and the repository is hidden from it', async () => {
    expect(await fault(open({ token: 'wrong' }).find('x'))).toMatchObject({ code: 'FORGE_AUTH' });
    expect(await fault(open({ repo: 'gadget' }).find('x'))).toMatchObject({ code: 'FORGE_NOT_FOUND' });
  });
});
