import type { Files } from '../../ports/files.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { Layout } from '../layout.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { Place, Standing, ToldPlans } from './notices.ts';

/** A program that did not take its last notice. Its arguments are not kept: they may hold a secret. */
export interface FailedProgram {
  readonly program: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly why: string;
}

/** How far notices were sent: `.git/coo/notices.json`. */
export interface Mark extends Place {
  readonly told: ToldPlans;
  readonly failed: readonly FailedProgram[];
}

interface Stored extends Place {
  readonly schema: 'coo/notices.v1';
  readonly told: readonly (readonly [string, Standing])[];
  readonly failed: readonly FailedProgram[];
}

const CAP = 4_194_304;

interface At {
  readonly files: Files;
  readonly layout: Layout;
}

/** Undefined where no notice was ever to be sent, and where the file says nothing: then what comes from here on is told. */
export async function readMark({ files, layout }: At): Promise<Mark | undefined> {
  const bytes = await readIfRegular(files, cooPaths.notices(layout), CAP);
  const stored = bytes === undefined ? undefined : tryParse<Stored>(bytes);
  if (stored?.schema !== 'coo/notices.v1' || !Number.isSafeInteger(stored.seq) || !Array.isArray(stored.told) || !Array.isArray(stored.failed)) return undefined;
  return { seq: stored.seq, index: stored.index, told: new Map(stored.told), failed: stored.failed };
}

export async function writeMark({ files, layout }: At, { seq, index, told, failed }: Mark): Promise<void> {
  const stored: Stored = { schema: 'coo/notices.v1', seq, index, told: [...told], failed };
  await files.replaceView(cooPaths.notices(layout), storedBytes(stored));
}

export async function dropMark({ files, layout }: At): Promise<void> {
  if ((await files.info(cooPaths.notices(layout))) !== undefined) await files.remove(cooPaths.notices(layout));
}
