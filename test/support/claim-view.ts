import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './processes.ts';
import type { RealWorld } from './real-world.ts';

export interface View {
  readonly fence: number;
  readonly nonce: string;
  readonly start_commit: string;
  readonly order: string;
}

/** The view that the manager put in place of a request. */
export async function viewOf(world: RealWorld, key: string): Promise<View> {
  const path = join(world.folder, '_bus/claims', `${key}.json`);
  return eventually(
    () => `a view of ${key}`,
    () => {
      const value = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Partial<View>) : {};
      return value.fence === undefined ? undefined : (value as View);
    },
  );
}
