import { posix } from 'node:path';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import type { Files } from '../../src/ports/files.ts';
import type { SimProcess } from './machine.ts';
import { layout } from './places.ts';
import type { Sim } from './sim.ts';

const START = `${layout.coo}/start/`;
const RESULTS = `${layout.coo}/results/`;
const LATE = `${layout.coo}/late/`;

function orderOf(path: string): string {
  return posix.basename(path, '.json');
}

/** The disk as one process has it: each call is a step, may fail, and is held against the laws before it has its effect. */
export function simFiles(sim: Sim, self: SimProcess): Files {
  const { chance, files, laws } = sim;
  const call = <T>(op: string, path: string, act: () => Promise<T>, changes: readonly string[] = []): Promise<T> =>
    sim.call(self, `${op} ${path}`, async () => {
      const fails = chance.happens(sim.weather.disk);
      if (fails && chance.happens(0.5)) throw new FileFailure({ code: 'FILE_IO', path, cause: chance.happens(0.5) ? 'EIO' : 'ENOSPC' });
      const done = await act();
      for (const changed of changes) sim.changed(posix.dirname(changed));
      if (fails) throw new FileFailure({ code: 'FILE_IO', path, cause: 'EIO' });
      return done;
    });
  return {
    info: (path) => call('info', path, () => files.info(path)),
    list: (folder) => call('list', folder, () => files.list(folder)),
    read: (path, cap) => call('read', path, () => files.read(path, cap)),
    folder: (path) => call('folder', path, () => files.folder(path)),
    create: (path, bytes) =>
      call('create', path, async () => {
        await files.create(path, bytes);
        if (path.startsWith(START) && new TextDecoder().decode(bytes).includes('"pid"')) {
          laws.begins(orderOf(path));
          sim.working.set(self, orderOf(path));
          laws.workers([...sim.working].filter(([{ life }]) => life !== 'dead').map(([, order]) => order));
        }
        // Who has left a result is done, though his process may not have ended yet.
        if (path.startsWith(RESULTS)) sim.working.delete(self);
      }, [path]),
    replace: (path, bytes) => call('replace', path, () => files.replace(path, bytes), [path]),
    replaceView: (path, bytes) =>
      call('show', path, async () => {
        laws.shows(path, bytes);
        await files.replaceView(path, bytes);
      }, [path]),
    append: (path, bytes) => call('append', path, () => files.append(path, bytes), [path]),
    rename: (from, to, keep) =>
      call('rename', `${from} ${to}`, async () => {
        if (to.startsWith(LATE)) laws.lays(orderOf(to));
        await files.rename(from, to, keep);
      }, [from, to]),
    link: (from, to) => call('link', `${from} ${to}`, () => files.link(from, to), [to]),
    remove: (path) =>
      call('remove', path, async () => {
        laws.forgets(path);
        await files.remove(path);
      }, [path]),
    removeAll: (path) => call('removeAll', path, () => files.removeAll(path), [path]),
    writer: files.writer,
    free: (path) => call('free', path, () => files.free(path)),
  };
}
