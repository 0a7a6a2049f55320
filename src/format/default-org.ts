export interface DefaultOrg {
  readonly target: string;
  readonly integrate: 'merge' | 'pull_request';
  readonly email: string | null;
  /** Commands that were detected; live when there are any, else shown as examples in comments. */
  readonly setup: readonly string[];
  readonly checks: readonly string[];
  /** Where an editor finds the schema, from the folder of the file. */
  readonly schemaPath?: string;
}

const SCHEMA_PATH = '../.git/coo/schemas/org.v1.schema.json';

/** A text as YAML reads it back whatever it holds: JSON's quotes are YAML's. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Plain where YAML cannot take it for anything else, quoted otherwise. */
function name(value: string): string {
  return /^[a-z][a-z0-9_/-]*$/i.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : text(value);
}

function commands(list: readonly string[], example: string): string {
  return `[${(list.length === 0 ? [example] : list).map(text).join(', ')}]`;
}

/** A setting with its comment; commented out when it is only an example. */
function line(live: boolean, setting: string, comment: string): string {
  return `${live ? '' : '# '}${setting}`.padEnd(40).concat(` # ${comment}`);
}

/** The coo.yaml that `coo init` writes: works as it stands, and says beside each setting what it does. */
export function renderDefaultOrg(options: DefaultOrg): string {
  const email = options.email !== null && /^[^\s\p{C}]{1,254}$/u.test(options.email) ? `, email: ${text(options.email)}` : '';
  const lines = [
    `# yaml-language-server: $schema=${(options.schemaPath ?? SCHEMA_PATH).replaceAll(/[\p{Cc}]/gu, '')}`,
    '# The organisation: who works here, with what, under which limits. A running manager takes changes over when the file is saved.',
    'version: 1',
    line(true, 'mode: dev', 'same user, no sandbox: stops mistakes, not malice'),
    '',
    '# Where the work goes, unless a plan says otherwise.',
    line(true, `target: ${name(options.target)}`, 'the branch'),
    line(true, `integrate: ${options.integrate}`, 'merge | pull_request | none'),
    '',
    '# Who works: shell runs commands; person claims steps by hand; bus is an agent that has a shell (_bus/README.md); claude, codex, acp and',
    '# command are agents that coo starts for steps with a prompt. login: what reaches them of yours. coo doctor --seat claude asks for a word.',
    'seats:',
    '  - {seat: dev, count: 4, roles: [developer], harness: shell} # dev-1 to dev-4',
    `  - {seat: you, roles: [approver, developer], harness: person${email}}`,
    '  # - {seat: ada, roles: [developer], harness: bus}',
    '  # - {seat: claude, count: 2, roles: [developer], harness: claude, login: [~/.claude/.credentials.json], budget: {usd: 10}}',
    '  # - {seat: open, roles: [developer], harness: acp, command: [opencode, acp], tools: [read, search, edit, execute], login: [~/.local/share/opencode/auth.json]}',
    line(false, 'seats_open: true', 'an agent may join by itself, as a guest, until it is listed here'),
    '',
    line(true, 'env: [PATH, HOME, LANG]', 'variables of yours that a step may ask for; it gets no others'),
    '',
    '# Run first in the fresh workspace of every attempt. ports: a range of its own for each (COO_PORT_BASE, COO_PORTS). With',
    '# cache: {key: [package-lock.json], paths: [node_modules]} it runs once for all attempts whose key files are the same.',
    line(options.setup.length > 0, `workspace: {setup: ${commands(options.setup, 'npm ci')}, ports: 10}`, 'dependencies are installed here'),
    '',
    '# Must pass in a clean checkout of the merge candidate before any step counts as done; a step can name its own.',
    line(options.checks.length > 0, `checks: {after: ${commands(options.checks, 'npm test')}}`, 'before: holds before the work starts'),
    '',
    '# Durations are written like 90s, 10m, 1h30m.',
    line(true, 'limits: {workers: 10, wall: 1h, retries: 3}', 'attempts at once; time of one; tries after the first'),
    line(true, 'breaker: {failures: 3, cooldown: 10m}', 'so many steps failed: no new work starts for so long'),
    line(true, 'notify: []', 'programs that tell people, each an argv; a line of JSON on stdin: README'),
  ];
  return `${lines.map((one) => one.trimEnd()).join('\n')}\n`;
}
