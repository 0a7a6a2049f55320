import type { Chapter } from '../story.ts';
import { byHand } from './by-hand.ts';
import { killed } from './killed.ts';
import { merged } from './merged.ts';
import { parallel } from './parallel.ts';
import { project } from './project.ts';
import { retry } from './retry.ts';
import { rewritten } from './rewritten.ts';
import { tampered } from './tampered.ts';

/** The whole demo, in order. */
export const CHAPTERS: readonly Chapter[] = [project, parallel, retry, byHand, killed, merged, tampered, rewritten];
