import { readFileSync, readdirSync } from 'node:fs';
import { BUS_README } from './bus-readme.ts';
import { REPORT_README } from './report-readme.ts';

/** The package's top folder, two above `src/bin` and `dist/bin` alike. */
const PACKAGE = new URL('../../', import.meta.url);

/** What init puts into a repository: schemas for editors (kept under `.git/coo`), and texts that are written once. */
export function readAssets(): ReadonlyMap<string, string> {
  const assets = new Map<string, string>();
  for (const name of readdirSync(new URL('schemas/', PACKAGE))) {
    if (name.endsWith('.schema.json')) assets.set(`schemas/${name}`, readFileSync(new URL(`schemas/${name}`, PACKAGE), 'utf8'));
  }
  assets.set('_bus/README.md', BUS_README);
  assets.set('_report/README.md', REPORT_README);
  return assets;
}
