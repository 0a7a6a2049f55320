import { appendFileSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Watch, Watching } from '../../src/ports/watch.ts';

/** What every `Watch` does on a real disk. `setUp` gives one and an empty folder. */
export function watchContract(name: string, setUp: () => { readonly watch: Watch; readonly root: string }): void {
  describe(`watch: ${name}`, () => {
    let root: string;
    let watch: Watch;
    let watching: Watching | undefined;
    let wakes: string[];
    let changed: () => void;

    beforeEach(() => {
      ({ root, watch } = setUp());
      wakes = [];
      changed = () => undefined;
    });
    afterEach(() => watching?.close());

    const begin = async (...folders: readonly string[]): Promise<void> => {
      watching = await watch.folders(
        folders.map((folder) => join(root, folder)),
        (folder) => {
          wakes.push(folder);
          changed();
        },
      );
    };
    /** Does something, and waits until a folder is woken for it. */
    const wakesFor = async (folder: string, act: () => void): Promise<void> => {
      wakes.length = 0;
      const woken = new Promise<void>((resolve) => {
        changed = () => (wakes.includes(join(root, folder)) ? resolve() : undefined);
      });
      act();
      await woken;
    };
    /** Does something that is not heard, then something that is: what came first would have come by then. */
    const staysQuietFor = async (act: () => void): Promise<readonly string[]> => {
      wakes.length = 0;
      act();
      const heard = [...wakes];
      await wakesFor('other', () => writeFileSync(join(root, 'other/x'), `${Math.random()}`));
      return [...heard, ...wakes].filter((folder) => folder !== join(root, 'other'));
    };

    it('waits for folders in whose place, or above which, something else stands', async () => {
      writeFileSync(join(root, 'file'), '');
      writeFileSync(join(root, 'above'), '');
      await begin('file', 'above/a', 'other');
      for (const [name, folder] of [['file', 'file'], ['above', 'above/a']] as const) {
        await wakesFor(folder, () => {
          rmSync(join(root, name));
          mkdirSync(join(root, folder), { recursive: true });
        });
      }
    });

    it('makes folders that are absent', async () => {
      await begin('a/b');
      writeFileSync(join(root, 'a/b/x'), '');
    });

    it('wakes for every kind of change directly in a folder', async () => {
      writeFileSync(join(root, 'seed'), '');
      await begin('in', 'other');
      const at = (file: string): string => join(root, 'in', file);
      await wakesFor('in', () => linkSync(join(root, 'seed'), at('linked')));
      await wakesFor('in', () => writeFileSync(at('made'), ''));
      await wakesFor('in', () => appendFileSync(at('made'), 'more'));
      await wakesFor('in', () => renameSync(at('made'), at('renamed')));
      await wakesFor('in', () => rmSync(at('renamed')));
      await wakesFor('in', () => mkdirSync(at('folder')));
      await wakesFor('other', () => writeFileSync(join(root, 'other/x'), ''));
    });

    it('does not wake for what lies deeper, or is still being written', async () => {
      mkdirSync(join(root, 'in/deep'), { recursive: true });
      await begin('in', 'other');
      expect(await staysQuietFor(() => writeFileSync(join(root, 'in/deep/x'), ''))).toEqual([]);
      expect(await staysQuietFor(() => writeFileSync(join(root, 'in/.hidden'), ''))).toEqual([]);
      await wakesFor('in', () => renameSync(join(root, 'in/.hidden'), join(root, 'in/shown')));
    });

    it('wakes not once a file in a burst', async () => {
      await begin('in');
      await wakesFor('in', () => {
        for (let file = 0; file < 5000; file++) writeFileSync(join(root, 'in', `${file}`), '');
      });
      await wakesFor('in', () => writeFileSync(join(root, 'in/last'), ''));
      expect(wakes.length).toBeLessThan(50);
    });

    it('watches folders added later', async () => {
      await begin('in');
      await wakesFor('later/on', () => watching?.add([join(root, 'later/on')]));
      await wakesFor('later/on', () => writeFileSync(join(root, 'later/on/x'), ''));
    });

    it('watches a folder again that was removed and came back, alone or with those above it', async () => {
      await begin('top/in', 'other');
      for (const removed of ['top/in', 'top']) {
        await wakesFor('top/in', () => rmSync(join(root, removed), { recursive: true }));
        await wakesFor('top/in', () => mkdirSync(join(root, 'top/in'), { recursive: true }));
        await wakesFor('top/in', () => writeFileSync(join(root, 'top/in/x'), ''));
      }
    });

    it('watches a folder again that was replaced at once', async () => {
      await begin('in');
      await wakesFor('in', () => {
        rmSync(join(root, 'in'), { recursive: true });
        mkdirSync(join(root, 'in'));
      });
      for (let round = 0; round < 3; round++) await wakesFor('in', () => writeFileSync(join(root, `in/${round}`), ''));
    });

    it('is quiet after it was closed', async () => {
      await begin('in');
      await watching?.close();
      wakes.length = 0;
      writeFileSync(join(root, 'in/x'), '');
      await new Promise(setImmediate);
      await watching?.close();
      expect(wakes).toEqual([]);
    });
  });
}
