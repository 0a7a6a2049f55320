import type { Chance } from './chance.ts';

/** How likely each fault is, where it can happen: a probability for every call of a port unless it says otherwise. */
export interface Weather {
  /** The process that called is killed, before or after the call did its work. */
  kill: number;
  /** It is stopped, and wakes later. */
  stop: number;
  /** The answer takes long to come. */
  slow: number;
  /** A call of the disk fails, whether or not it did its work. */
  disk: number;
  /** An append of git's fails: its objects cannot be written, or git dies in the middle of a swap. */
  git: number;
  /** A swap of refs takes several steps, others come in between. */
  split: number;
  /** A change of a folder is not told. */
  deaf: number;
  /** It is told twice. */
  echo: number;
  /** The wall clock is set to another time. A probability for each second. */
  jump: number;
  /** The power goes. A probability for each second. */
  power: number;
  /** A program that is run fails, hangs or does the wrong thing. A probability for each run. */
  work: number;
}

export function calm(): Weather {
  return { kill: 0, stop: 0, slow: 0, disk: 0, git: 0, split: 0, deaf: 0, echo: 0, jump: 0, power: 0, work: 0 };
}

/** Each fault seldom, often or not at all, so that runs are unlike each other and some get far. */
export function drawn(chance: Chance): Weather {
  const level = (...levels: readonly number[]): number => chance.pick(levels) ?? 0;
  return {
    kill: level(0, 0.0003, 0.001, 0.004),
    stop: level(0, 0, 0.0003, 0.001),
    slow: level(0.01, 0.05, 0.2),
    disk: level(0, 0, 0.0002, 0.001),
    git: level(0, 0, 0.005, 0.02),
    split: level(0, 0.1, 0.5),
    deaf: level(0, 0.2, 1),
    echo: level(0, 0.2),
    jump: level(0, 0, 0.02, 0.1),
    power: level(0, 0, 0.005, 0.02),
    work: level(0.05, 0.2, 0.5),
  };
}
