import { readIfRegular } from '../../faults.ts';
import { needsLedger } from './check.ts';
import type { Check, Patient } from './check.ts';

const CAP = 65_536;

/** Whether the place where workers' objects are looked at is whole and borrows this repository's objects. */
export const quarantineCheck: Check = async (patient) => {
  const { world, session, whole } = patient;
  if (session?.home === undefined) return needsLedger('quarantine');
  const folder = `${world.layout.coo}/attempts.git`;
  const wrong = await wrongOf(patient, folder);
  if (wrong === undefined) return [{ check: 'quarantine', state: 'ok', message: `${folder} is whole, or not needed yet` }];
  const mend = async (): Promise<string> => {
    await whole();
    return `${folder} is made again; what was left of it stands beside it`;
  };
  return [{ check: 'quarantine', state: 'warn', message: wrong, fix: 'coo doctor --repair; the next attempt does the same', mend: { what: 'make it again', run: mend } }];
};

async function wrongOf({ world: { files, layout } }: Patient, folder: string): Promise<string | undefined> {
  // The first attempt makes it.
  if ((await files.info(folder)) === undefined) return undefined;
  for (const name of ['HEAD', 'config', 'refs', 'empty', 'objects/pack']) if ((await files.info(`${folder}/${name}`)) === undefined) return `${folder}/${name} is missing`;
  const alternates = await readIfRegular(files, `${folder}/objects/info/alternates`, CAP);
  const isOurs = alternates !== undefined && new TextDecoder().decode(alternates).includes(`${layout.common}/objects`);
  return isOurs ? undefined : `${folder} does not borrow the objects of ${layout.common}`;
}
