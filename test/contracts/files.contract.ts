import { beforeEach, describe, expect, it } from 'vitest';
import type { FileFault, Files } from '../../src/ports/files.ts';

/** A fresh disk for one test. `root` is an existing empty folder; `plant` puts there what the port itself never makes. */
export interface FilesUnderTest {
  readonly files: Files;
  readonly root: string;
  readonly plant: (path: string, kind: 'symlink' | 'other') => void;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The fault a call ends with, or 'none'. */
export async function faultOf(call: Promise<unknown>): Promise<FileFault | 'none'> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (error instanceof Error && 'fault' in error) return error.fault as FileFault;
    throw error;
  }
}

/** What every `Files` does, the real one and the fake. */
export function filesContract(name: string, setUp: () => FilesUnderTest): void {
  describe(`files: ${name}`, () => {
    let files: Files;
    let root: string;
    let at: (name: string) => string;
    let plant: FilesUnderTest['plant'];
    beforeEach(() => {
      const made = setUp();
      ({ files, root, plant } = made);
      at = (file) => `${root}/${file}`;
    });
    const content = async (file: string): Promise<string> => textOf(await files.read(at(file), 1000));

    it('creates once, whole, and leaves nothing else', async () => {
      await files.create(at('a'), bytesOf('one'));
      expect(await faultOf(files.create(at('a'), bytesOf('two')))).toEqual({ code: 'FILE_EXISTS', path: at('a') });
      expect(await content('a')).toBe('one');
      expect(await files.list(root)).toEqual(['a']);
    });

    it('lets exactly one of many creators win', async () => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => faultOf(files.create(at('one'), bytesOf(`${i}`)))));
      expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
      expect(await content('one')).toBe(`${outcomes.indexOf('none')}`);
    });

    it('replaces with a new file, so that a reader of the old one is not disturbed', async () => {
      await files.replace(at('a'), bytesOf('one'));
      const before = await files.info(at('a'));
      await files.replace(at('a'), bytesOf('two'));
      await files.replaceView(at('b'), bytesOf('view'));
      await files.replaceView(at('b'), bytesOf(''));
      expect([await content('a'), await content('b')]).toEqual(['two', '']);
      expect((await files.info(at('a')))?.inode).not.toBe(before?.inode);
    });

    it('reads at most the cap', async () => {
      await files.create(at('a'), bytesOf('12345'));
      expect(textOf(await files.read(at('a'), 5))).toBe('12345');
      expect(await faultOf(files.read(at('a'), 4))).toEqual({ code: 'FILE_TOO_LARGE', path: at('a'), size: 5, cap: 4 });
    });

    it('says what is not there', async () => {
      expect(await faultOf(files.read(at('no'), 9))).toEqual({ code: 'FILE_ABSENT', path: at('no') });
      expect(await faultOf(files.rename(at('no'), at('b')))).toEqual({ code: 'FILE_ABSENT', path: at('no') });
      expect(await faultOf(files.link(at('no'), at('b')))).toEqual({ code: 'FILE_ABSENT', path: at('no') });
      expect(await faultOf(files.create(at('no/a'), bytesOf('')))).toEqual({ code: 'FILE_ABSENT', path: at('no/a') });
      expect(await files.info(at('no'))).toBeUndefined();
      expect(await files.list(at('no'))).toEqual([]);
      await files.remove(at('no'));
      await files.removeAll(at('no'));
    });

    it('refuses links, FIFOs and folders where a file is wanted', async () => {
      plant(at('link'), 'symlink');
      plant(at('fifo'), 'other');
      await files.folder(at('folder'));
      for (const [file, kind] of [['link', 'symlink'], ['fifo', 'other'], ['folder', 'folder']] as const) {
        expect((await files.info(at(file)))?.kind).toBe(kind);
        expect(await faultOf(files.read(at(file), 9))).toEqual({ code: 'FILE_NOT_REGULAR', path: at(file), kind });
        expect(await faultOf(files.append(at(file), bytesOf('x')))).toEqual({ code: 'FILE_NOT_REGULAR', path: at(file), kind });
        expect(await faultOf(files.create(at(file), bytesOf('x')))).toEqual({ code: 'FILE_EXISTS', path: at(file) });
      }
      for (const file of ['link', 'fifo']) {
        expect(await faultOf(files.folder(at(file)))).toMatchObject({ code: 'FILE_NOT_REGULAR' });
        expect(await faultOf(files.list(at(file)))).toMatchObject({ code: 'FILE_NOT_REGULAR' });
      }
      expect(await faultOf(files.remove(at('folder')))).toMatchObject({ code: 'FILE_NOT_REGULAR', kind: 'folder' });
    });

    it('lists by code unit', async () => {
      for (const file of ['b', 'a', 'Z', '.hidden', 'ä']) await files.create(at(file), bytesOf(file));
      expect(await files.list(root)).toEqual(['.hidden', 'Z', 'a', 'b', 'ä']);
    });

    it('makes folders with their parents, and does not mind one that is there', async () => {
      await files.folder(at('x/y/z'));
      await files.folder(at('x/y/z'));
      expect((await files.info(at('x/y/z')))?.kind).toBe('folder');
    });

    it('appends', async () => {
      await files.append(at('log'), bytesOf('one\n'));
      await files.append(at('log'), bytesOf('two\n'));
      expect(await content('log')).toBe('one\ntwo\n');
    });

    it('renames over what is there, or keeps it', async () => {
      await files.create(at('a'), bytesOf('a'));
      await files.create(at('b'), bytesOf('b'));
      expect(await faultOf(files.rename(at('a'), at('b'), true))).toEqual({ code: 'FILE_EXISTS', path: at('b') });
      expect(await content('a')).toBe('a');
      await files.rename(at('a'), at('c'), true);
      await files.rename(at('c'), at('b'));
      expect(await files.list(root)).toEqual(['b']);
      expect(await content('b')).toBe('a');
    });

    it('links: two names, one file', async () => {
      await files.create(at('a'), bytesOf('a'));
      await files.link(at('a'), at('b'));
      expect(await faultOf(files.link(at('a'), at('b')))).toEqual({ code: 'FILE_EXISTS', path: at('b') });
      const [a, b] = [await files.info(at('a')), await files.info(at('b'))];
      expect([a?.inode, a?.links]).toEqual([b?.inode, 2]);
      await files.remove(at('a'));
      expect(await content('b')).toBe('a');
      expect((await files.info(at('b')))?.links).toBe(1);
    });

    it('removes a folder with all below, but not what a link points to', async () => {
      await files.folder(at('top/middle/deep'));
      for (const file of ['top/a', 'top/middle/b', 'top/middle/deep/c', 'kept']) await files.create(at(file), bytesOf('x'));
      plant(at('top/middle/link'), 'symlink');
      await files.removeAll(at('top'));
      expect(await files.list(root)).toEqual(['kept']);
    });

    it('knows the free space', async () => {
      expect(await files.free(root)).toBeGreaterThan(0);
    });
  });
}
