// What somebody does to the branch that a plan goes into.
import { once } from './plans.ts';
import type { WrittenStep } from './plans.ts';
import type { RealWorld } from './real-world.ts';

/** A commit beside the first one, as a rewritten history ends in. */
export function stranger(world: RealWorld): string {
  return world.repo.git('commit-tree', '-m', 'rewritten', `${world.repo.git('rev-parse', 'main')}^{tree}`);
}

/** Two steps, and a command of git that somebody runs in the repository while the first is at work. */
export function twoSteps(world: RealWorld, ...git: readonly string[]): readonly WrittenStep[] {
  return [once('a', `echo a > a.txt; git --git-dir='${world.repo.gitDir}' ${git.join(' ')}`), once('b', 'echo b > b.txt', { depends_on: ['a'] })];
}
