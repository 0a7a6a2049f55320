// `coo notify` and the examples of the README: run as they stand, with a real HTTP server behind curl, and programs in the place of a desktop and a mail server.
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const HAS = ['curl', 'jq'].every((program) => spawnSync(program, ['--version']).status === 0);

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'one\n' });
});
afterEach(() => place.remove());

/** Puts programs into coo.yaml, and takes it in. */
async function notify(text: string): Promise<void> {
  const path = join(repo, '_plans/coo.yaml');
  place.write(path, readFileSync(path, 'utf8').replace(/^notify: \[\].*$/m, text));
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
}

it('says which program took the sample and which did not, without its arguments; the doctor names one that is not there', async () => {
  expect(await place.coo(repo, 'notify')).toMatchObject({ code: 2 });
  await notify("notify: [[sh, -c, 'cat > sample.json'], [sh, -c, 'exit 3', 'a-secret'], [no-such-program]]");
  const { code, stdout } = await place.coo(repo, 'notify', '--json');
  expect(code).toBe(1);
  const shown = JSON.parse(stdout) as { readonly notice: object; readonly programs: readonly object[] };
  expect(shown.programs).toEqual([{ program: 'sh' }, { program: 'sh', why: 'it ended with exit 3' }, { program: 'no-such-program', why: expect.stringContaining('could not be started') as string }]);
  expect(shown.notice).toMatchObject({ schema: 'coo/notice.v1', kind: 'sample', repository: repo });
  expect(JSON.parse(readFileSync(join(repo, '.git/coo/sample.json'), 'utf8'))).toEqual(shown.notice);
  expect(stdout).not.toContain('a-secret');
  expect((await place.coo(repo, 'doctor')).stdout).toContain('no-such-program of notify is not on the PATH');
});

it.skipIf(!HAS)('the examples of the README tell a desktop, a webhook with its token, and a mail', async () => {
  const [, block = ''] = /```yaml\n(notify:\n[^`]*)```/.exec(README) ?? [];
  const got: { readonly auth: string | undefined; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ auth: request.headers.authorization, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const home = join(repo, '../home-of-programs');
  mkdirSync(home);
  for (const name of ['notify-send', 'sendmail']) {
    place.write(join(home, name), `#!/bin/sh\nprintf '%s\\n' "$@" > '${home}/${name}.args'\ncat > '${home}/${name}.in'\n`);
    chmodSync(join(home, name), 0o755);
  }
  place.write(join(home, 'hook'), 'authorization: Bearer t0ken\n');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`;
  const text = block
    .replace('https://example.org/hook', url)
    .replace('/home/you/.config/coo-hook', join(home, 'hook'))
    .replace('notify-send --', `${home}/notify-send --`)
    .replace('| sendmail', `| ${home}/sendmail`);
  try {
    await notify(text);
    const { code, stdout } = await place.coo(repo, 'notify');
    expect([code, stdout]).toEqual([0, 'told  sh\ntold  curl\ntold  sh\n']);
  } finally {
    server.close();
  }
  expect(got.map(({ auth, body }) => [auth, (JSON.parse(body) as { readonly kind: string }).kind])).toEqual([['Bearer t0ken', 'sample']]);
  expect(readFileSync(join(home, 'notify-send.args'), 'utf8')).toBe('--\ncoo\na sample: nothing happened\n');
  expect(readFileSync(join(home, 'sendmail.args'), 'utf8')).toBe('-i\nyou@example.org\n');
  expect(readFileSync(join(home, 'sendmail.in'), 'utf8')).toBe('Subject: coo: sample\n\na sample: nothing happened\n\ncoo status\n');
});
