// A clone that was told to leave files out.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';

it('says that the ledger was left out of it, and what brings it in', async () => {
  const place = scratch();
  try {
    const [repo, part] = [join(place.top, 'repo'), join(place.top, 'part')];
    place.git(place.top, 'init', '-q', '-b', 'main', repo);
    place.git(repo, 'config', 'uploadpack.allowFilter', 'true');
    place.git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
    await place.coo(repo, 'init', '--yes');
    place.git(place.top, 'clone', '-q', '--filter=blob:none', `file://${repo}`, part);
    const { code, stdout } = await place.coo(part, 'verify', '--json');
    const fix = 'git fetch --refetch --no-filter origin';
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { code: 'GIT_PARTIAL_CLONE', fix: expect.stringContaining(fix) as string }]);
    place.git(part, ...fix.split(' ').slice(1), '-q');
    expect((await place.coo(part, 'verify')).code).toBe(0);
  } finally {
    place.remove();
  }
});
