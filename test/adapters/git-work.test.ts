import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import { gitWorkContract, scratchRepo } from '../contracts/git-work.contract.ts';
import type { Format, GitWorkUnderTest } from '../contracts/git-work.contract.ts';
import { fakeRandom } from '../support/fake-random.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-work-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function setUp(format: Format): Promise<GitWorkUnderTest> {
  const scratch = mkdtempSync(join(root, 't-'));
  const repo = scratchRepo(join(scratch, 'dépôt de test'), format);
  const owner = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'x' };
  const work = await openGitWork({
    folder: repo.folder,
    searchPath: '/usr/local/bin:/usr/bin:/bin',
    clock: { now: () => 1_700_000_000_000 },
    random: fakeRandom(),
    processes: { self: () => owner, life: () => 'alive', killTree: () => Promise.resolve([]) },
  });
  return { work, repo, scratch };
}

for (const format of ['sha1', 'sha256'] as const) gitWorkContract(`real git, ${format}`, format, () => setUp(format));
