import { dirname, basename } from 'node:path';
import type { FileError } from '../../ports/files.ts';
import type { DemoHost } from './host.ts';
import type { Disk } from './story.ts';

const CAP = 16_777_216;

/** Files of the scratch folder, through the ports of the host. */
export function diskOf(host: Pick<DemoHost, 'files' | 'copy' | 'kill'>): Disk {
  const { files } = host;
  return {
    copy: async (from, to) => host.copy(from, to),
    kill: (pid) => host.kill(pid),
    read: async (path) => new TextDecoder().decode(await files.read(path, CAP)),
    has: async (path) => (await files.info(path)) !== undefined,
    async write(path, text) {
      await files.folder(dirname(path));
      await files.replaceView(path, new TextEncoder().encode(text));
    },
    async drop(path, text) {
      const aside = `${dirname(path)}/.${basename(path)}.mine`;
      await files.replaceView(aside, new TextEncoder().encode(text));
      try {
        await files.link(aside, path);
        return true;
      } catch (cause) {
        if (!isFileError(cause) || cause.fault.code !== 'FILE_EXISTS') throw cause;
        return false;
      } finally {
        await files.remove(aside);
      }
    },
  };
}

function isFileError(cause: unknown): cause is FileError {
  return cause instanceof Error && 'fault' in cause;
}
