import { hasControl } from './paths.ts';

/** A unit of systemd's user manager that keeps a coordinator at work in one repository. */
export interface Unit {
  readonly folder: string;
  /** Program and first arguments, absolute. */
  readonly program: readonly string[];
  /** Where the manager and its workers find programs. */
  readonly path: string;
}

/**
 * The text of the unit (systemd.service(5), systemd.exec(5), systemd.kill(5)). Undefined where a value holds a control character, which no unit
 * file can say. A stop ends the manager alone: its workers go on, and the next manager adopts them.
 */
export function unitText({ folder, program, path }: Unit): string | undefined {
  const [first = '', ...rest] = program;
  if ([folder, path, ...program].some((text) => hasControl(text))) return undefined;
  const start = [quoted(first), ...[...rest, '-C', folder, 'run'].map((word) => quoted(word.replaceAll('$', '$$$$')))].join(' ');
  return [
    `${MARK}${folder.replaceAll('%', '%%')}`,
    '[Unit]',
    `Description=coo: the manager of ${folder.replaceAll('%', '%%')}`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `Environment=${quoted(`PATH=${path}`)}`,
    `ExecStart=${start}`,
    '# SIGTERM ends the manager alone: workers go on, and the next manager adopts them.',
    'KillMode=process',
    'Restart=on-failure',
    'RestartSec=30',
    '# 143: it was stopped. 2 and 7 need a person: coo.yaml is wrong, or the ledger does not verify.',
    'SuccessExitStatus=143',
    'RestartPreventExitStatus=2 7',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
}

/** `coo-<name of the folder>-<start of the digest>.service`: whole names of units are at most 255 characters of a few kinds. */
export function unitName(folder: string, digest: string): string {
  const slug = folder.slice(folder.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9_.-]+/g, '-').slice(0, SLUG_CAP);
  return `coo-${slug}-${digest.slice(0, DIGITS)}.service`;
}

/** The first line of every unit of ours, in front of its folder. */
export const MARK = '# Written by coo init --service for ';

const SLUG_CAP = 60;
const DIGITS = 8;

/** One word, as systemd.syntax(7) unquotes it; `%` begins a specifier. */
function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
