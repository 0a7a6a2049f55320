import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Random } from '../../ports/random.ts';
import { errno } from '../git-store/errors.ts';
import type { HashFormat } from './oid.ts';

/** Where the quarantine of a repository lies. */
export function quarantineFolder(commonDir: string): string {
  return join(commonDir, 'coo', 'attempts.git');
}

/** A folder that stays empty: git's cwd for judgement, because it reads `.gitattributes` from there. */
export function emptyFolder(quarantine: string): string {
  return join(quarantine, 'empty');
}

/** One line of `objects/info/alternates`; quoted as git reads it when the path needs that. */
export function alternateLine(objects: string): string {
  return objects.includes('\n') || objects.startsWith('"') ? `${JSON.stringify(objects)}\n` : `${objects}\n`;
}

/** `info/attributes` of a workspace. Drivers are defined by the configuration of whoever runs git; text and line ends stay as the project wants them. */
export const NO_FILTERS = '* -filter\n';

/** The configuration of a repository made by hand. */
export function gitConfig(format: HashFormat, bare: boolean, more: readonly string[] = []): string {
  const version = format === 'sha1' ? 0 : 1;
  const lines = ['[core]', `\trepositoryformatversion = ${String(version)}`, '\tfilemode = true', `\tbare = ${String(bare)}`, ...more.map((line) => `\t${line}`)];
  if (format === 'sha256') lines.push('[extensions]', '\tobjectformat = sha256');
  return `${[...lines, '[gc]', '\tauto = 0'].join('\n')}\n`;
}

const PARTS = ['HEAD', 'config', 'refs', 'empty', 'objects/pack', 'objects/info/alternates'];

/** Whether nothing of the quarantine is missing that git or we need. Cheap: asked before each piece of work, for somebody may clear `.git/coo`. */
export function isWhole(quarantine: string): boolean {
  return PARTS.every((part) => existsSync(join(quarantine, part)));
}

/**
 * The quarantine's folder, made when it is not there yet: in a temporary folder that is then renamed, so it is whole or absent.
 * When somebody took a part of it, what is left goes aside: all of it can be made again. When the repository was moved, its alternates are put right.
 */
export async function openQuarantine(commonDir: string, format: HashFormat, random: Pick<Random, 'hex'>): Promise<string> {
  const folder = quarantineFolder(commonDir);
  const alternates = join(folder, 'objects', 'info', 'alternates');
  const wanted = alternateLine(join(commonDir, 'objects'));
  if (!isWhole(folder)) await make(folder, wanted, format, random);
  else if ((await readFile(alternates, 'utf8')) !== wanted) {
    const aside = `${alternates}.${random.hex(8)}`;
    await writeFile(aside, wanted);
    await rename(aside, alternates);
  }
  return folder;
}

async function make(folder: string, alternates: string, format: HashFormat, random: Pick<Random, 'hex'>): Promise<void> {
  const part = `${folder}.${random.hex(8)}.part`;
  await mkdir(dirname(folder), { recursive: true });
  await Promise.all(['objects/info', 'objects/pack', 'refs', 'empty'].map((name) => mkdir(join(part, name), { recursive: true })));
  await Promise.all([
    writeFile(join(part, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(join(part, 'config'), gitConfig(format, true)),
    writeFile(join(part, 'objects', 'info', 'alternates'), alternates),
  ]);
  while (!(await moved(part, folder))) {
    if (isWhole(folder)) {
      // Somebody else was faster; theirs is the same.
      await rm(part, { recursive: true, force: true });
      return;
    }
    await moved(folder, `${folder}.${random.hex(8)}.broken`);
  }
}

/** False when something stands at the new name, or nothing at the old one. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(errno(error) ?? '')) return false;
    throw error;
  }
}
