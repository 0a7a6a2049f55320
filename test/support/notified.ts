import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice } from '../../src/app/notify/notices.ts';
import type { RealWorld } from './real-world.ts';

export const TELL = ['sh', '-c', 'cat >> "$0.lines"; env > "$0.env"'];

/** The folder of the world is not known when coo.yaml is written: programs write beside the repository's `.git/coo`, where they run. */
export function told(world: RealWorld, name = 'out'): readonly Notice[] {
  const path = join(world.folder, `.git/coo/${name}.lines`);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Notice);
}

export const mark = (world: RealWorld): string => join(world.folder, '.git/coo/notices.json');
