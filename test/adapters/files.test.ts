import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskFiles } from '../../src/adapters/files/disk-files.ts';
import { nodeFs } from '../../src/adapters/files/raw-fs.ts';
import { tempNonce } from '../../src/adapters/files/temp-name.ts';
import { bytesOf, faultOf, filesContract, textOf } from '../contracts/files.contract.ts';
import { failingFs, fakeFiles, type RawFault } from '../support/fake-files.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(scratch, 't-'));

function plantReal(path: string, kind: 'symlink' | 'other'): void {
  mkdirSync(dirname(path), { recursive: true });
  if (kind === 'symlink') symlinkSync(scratch, path);
  else expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

filesContract('disk', () => ({ files: diskFiles({ nonce: 'n0' }), root: fresh(), plant: plantReal }));
filesContract('fake', () => {
  const files = fakeFiles();
  files.plant('/disk/x', 'other');
  void files.remove('/disk/x');
  return { files, root: '/disk', plant: files.plant };
});

describe('durable create, with every single call failing', () => {
  for (const fault of ['EIO', 'ENOSPC', 'short'] as const satisfies readonly RawFault[]) {
    it(`${fault}: never torn, never acknowledged and missing`, async () => {
      const bytes = bytesOf('whole '.repeat(1000));
      for (let nth = 1; ; nth++) {
        const root = fresh();
        const { raw, calls } = failingFs(nodeFs, nth, fault);
        const outcome = await faultOf(diskFiles({ nonce: 'n1', raw }).create(join(root, 'a'), bytes));
        const names = readdirSync(root);
        const written = names.includes('a') ? textOf(await diskFiles({ nonce: 'n2' }).read(join(root, 'a'), 1e6)) : undefined;
        if (written !== undefined) expect(written).toBe(textOf(bytes));
        if (outcome === 'none') expect(written).toBe(textOf(bytes));
        else expect(outcome).toMatchObject({ code: 'FILE_IO', path: join(root, 'a'), cause: fault === 'short' ? 'ENOSPC' : fault });
        // What is left over says whose it was.
        for (const name of names) if (name !== 'a') expect(tempNonce(name)).toBe('n1');
        if (calls() < nth) break;
        expect(nth).toBeLessThan(50);
      }
    });

    it(`${fault}: a replaced file is the old one or the new one`, async () => {
      for (let nth = 1; ; nth++) {
        const path = join(fresh(), 'a');
        writeFileSync(path, 'old');
        const { raw, calls } = failingFs(nodeFs, nth, fault);
        const outcome = await faultOf(diskFiles({ nonce: 'n1', raw }).replace(path, bytesOf('the new one')));
        const after = textOf(await diskFiles({ nonce: 'n2' }).read(path, 100));
        expect(outcome === 'none' ? ['the new one'] : ['old', 'the new one']).toContain(after);
        if (calls() < nth) break;
      }
    });
  }
});

describe('disk files', () => {
  it('does not retry a failed fsync', async () => {
    let fsyncs = 0;
    const raw = {
      ...nodeFs,
      fsync: (): Promise<void> => {
        fsyncs += 1;
        return Promise.reject(Object.assign(new Error('bad disk'), { code: 'EIO' }));
      },
    };
    const root = fresh();
    expect(await faultOf(diskFiles({ nonce: 'n', raw }).create(join(root, 'a'), bytesOf('x')))).toMatchObject({ cause: 'EIO' });
    expect([fsyncs, readdirSync(root)]).toEqual([1, []]);
  });

  it('stops reading a file that grows past the cap', async () => {
    const path = join(fresh(), 'a');
    writeFileSync(path, '12345');
    const raw = {
      ...nodeFs,
      read: (_fd: number, into: Uint8Array, offset: number, length: number): Promise<number> => {
        into.fill(120, offset, offset + length);
        return Promise.resolve(length);
      },
    };
    expect(await faultOf(diskFiles({ nonce: 'n', raw }).read(path, 100))).toEqual({ code: 'FILE_TOO_LARGE', path, size: 101, cap: 100 });
  });

  it('reads a file whose size is not known before', async () => {
    expect(textOf(await diskFiles({ nonce: 'n' }).read('/proc/self/stat', 10_000))).toContain(' (');
  });

  it('steps over what an earlier run with the same nonce left', async () => {
    const root = fresh();
    writeFileSync(join(root, '.tmp-n-0'), 'left');
    await diskFiles({ nonce: 'n' }).create(join(root, 'a'), bytesOf('x'));
    expect(readdirSync(root).sort()).toEqual(['.tmp-n-0', 'a']);
  });

  it('makes a secret file for the owner only', async () => {
    const path = join(fresh(), 'token');
    await diskFiles({ nonce: 'n' }).create(path, bytesOf('secret'), 0o600);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('removes trees that are read-only, very deep, or oddly named', async () => {
    const root = fresh();
    const made = spawnSync(
      'sh',
      ['-c', 'mkdir -p t/ro/in && : > t/ro/in/f && ln -s / t/ro/root && : > "$(printf "t/bad\\377name")" && chmod -R a-w t && chmod 0 t/ro/in'],
      { cwd: root },
    );
    expect(made.status).toBe(0);
    // 500 levels of 9 characters: longer than any path the system takes.
    expect(spawnSync('sh', ['-c', 'mkdir u; cd u; i=0; while [ $i -lt 500 ]; do mkdir folder12 && cd -P folder12; i=$((i+1)); done'], { cwd: root }).status).toBe(0);
    // As an ordinary user, whom permissions stop; root can do it anyway.
    const script = `import { diskFiles } from ${JSON.stringify(join(import.meta.dirname, '../../src/adapters/files/disk-files.ts'))};
      if (process.getuid() === 0) process.setuid(65534);
      const files = diskFiles({ nonce: 'n' });
      await files.removeAll('${root}/t'); await files.removeAll('${root}/u');`;
    if (process.getuid?.() === 0) expect(spawnSync('chown', ['-R', '-h', '65534', root, scratch]).status).toBe(0);
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([ran.stderr, readdirSync(root)]).toEqual(['', []]);
  });
});

describe('fake files', () => {
  it('forgets in a power cut what was not durable', async () => {
    const files = fakeFiles();
    await files.folder('/f');
    await files.create('/f/durable', bytesOf('1'));
    await files.replaceView('/f/view', bytesOf('2'));
    await files.append('/f/durable', bytesOf('3'));
    files.powerCut();
    expect(files.names()).toEqual(['/', '/f', '/f/durable']);
    expect(textOf(await files.read('/f/durable', 9))).toBe('1');
  });

  it('fails as planned, before or after the work', async () => {
    const files = fakeFiles();
    files.failNext({ op: 'create', path: '/a', cause: 'EIO', done: true });
    files.failNext({ op: 'create', path: '/b', cause: 'ENOSPC' });
    expect(await faultOf(files.create('/a', bytesOf('')))).toMatchObject({ cause: 'EIO' });
    expect(await faultOf(files.create('/b', bytesOf('')))).toMatchObject({ cause: 'ENOSPC' });
    expect(files.names()).toEqual(['/', '/a']);
  });
});
