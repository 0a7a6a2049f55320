/**
 *     npm run bench                          every row, as a table
 *     npm run bench -- fold.rate tick.100k   some
 *     npm run bench -- --json                {schema: 'coo/bench.v1', rows: [...]}
 *     npm run bench -- --quick               small sizes: shows that the rows work, no more
 *     npm run bench -- --list                names only
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reaches } from './row.ts';
import type { Measured, Row } from './row.ts';

type Result = Omit<Row, 'run'> & Measured;

const FLAGS = new Set(['--json', '--list', '--quick']);
const ROWS = join(import.meta.dirname, 'rows');

async function load(): Promise<readonly Row[]> {
  const files = readdirSync(ROWS).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.sort().map(async (name) => (await import(join(ROWS, name))) as { readonly row: Row }));
  return modules.map(({ row }) => row);
}

function shown(number: number | undefined): string {
  if (number === undefined) return '';
  return number >= 1_000 ? Math.round(number).toLocaleString('en') : String(Number(number.toPrecision(3)));
}

function line(cells: readonly string[]): string {
  const widths = [18, 12, 10, 10, 8, 14];
  return cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' ').trimEnd();
}

function told({ name, value, unit, floor, ratio, reach, note }: Result, reached: boolean): string {
  return line([name, shown(value), unit, shown(floor), shown(ratio), `${reach}${reached ? '' : ' MISSED'}`, note ?? '']);
}

async function main(args: readonly string[]): Promise<number> {
  const rows = await load();
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const unknown = wanted.filter((name) => !rows.some((row) => row.name === name));
  const flags = args.filter((arg) => arg.startsWith('--') && !FLAGS.has(arg));
  if (unknown.length > 0 || flags.length > 0) {
    process.stderr.write(`there is no ${[...unknown, ...flags].join(', ')}; rows: ${rows.map(({ name }) => name).join(' ')}\n`);
    return 2;
  }
  if (args.includes('--list')) {
    process.stdout.write(`${rows.map(({ name }) => name).join('\n')}\n`);
    return 0;
  }
  const json = args.includes('--json');
  const quick = args.includes('--quick');
  const results: Result[] = [];
  if (!json) process.stdout.write(`${line(['row', 'value', 'unit', 'floor', 'ratio', 'reach', 'note'])}\n`);
  for (const row of rows.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const { name, unit, reach } = row;
    const result = { name, unit, reach, ...(await row.run(quick)) };
    results.push(result);
    if (!json) process.stdout.write(`${told(result, reaches(reach, result))}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ schema: 'coo/bench.v1', ...(quick ? { quick } : {}), rows: results })}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
