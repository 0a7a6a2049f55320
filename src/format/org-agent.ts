import type { AgentKind, AgentOptions, HarnessKind, Mode, Seat } from '../kernel/org.ts';
import { isAgent } from '../kernel/org.ts';
import { argvAt } from './commands.ts';
import { badEnvName } from './env-name.ts';
import { given, kindOf } from './fields.ts';
import type { Fields, TextForm } from './fields.ts';

/** Fields of a seat that only an agent program has. */
export const AGENT_FIELDS = ['command', 'model', 'effort', 'tools', 'max_turns'];

/** A model's name is an argument of a program: nothing that could be taken for an option, a path outwards or two words. */
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/;
/** `Bash`, `Bash(git diff:*)`, `mcp__server__tool`: what programs call their tools, in one argument. */
const TOOL = /^[A-Za-z][A-Za-z0-9_]{0,63}(?:\([A-Za-z0-9 _.,:*/=@~-]{1,200}\))?$/;
/** A name or a pattern for its sub-domains, with a port where it is not the usual one. */
const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*)?(?::[0-9]{1,5})?$/;
const FILE = /^~\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const MOST_TURNS = 10_000;
const MOST_NAMES = 100;

/** Programs that cannot be known by the harness's name. */
const NAMED: ReadonlySet<AgentKind> = new Set(['acp', 'command']);

/** How a seat's agent is run; undefined for a seat that has none. */
export function agentIn(fields: Fields, harness: HarnessKind): AgentOptions | undefined {
  if (!isAgent(harness)) {
    for (const name of AGENT_FIELDS) if (fields.has(name)) fields.error(name, 'NOT_AN_AGENT', `${name} is for seats whose harness is an agent program; this one is ${harness}`, `remove ${name}, or write harness: claude, codex, acp or command`);
    return undefined;
  }
  if (NAMED.has(harness)) fields.need('command', harness === 'acp' ? 'add command: the program that speaks the Agent Client Protocol, such as [opencode, acp]' : 'add command: your program, such as [node, agent.mjs]');
  const argv = fields.raw('command');
  const command = !fields.has('command') ? undefined : Array.isArray(argv) ? argvAt(fields.faults, [...fields.path, 'command'], argv) : fields.error('command', 'WRONG_TYPE', `command is ${kindOf(argv)}, not a list`, 'write the program and its arguments: [opencode, acp]');
  if (harness === 'acp') acpOnly(fields);
  return given({
    command,
    model: fields.text('model', { check: likeness(MODEL, 'MODEL', 'is not the name of a model', 'write it as the program knows it: letters, digits and . _ : / @ -') }),
    effort: fields.oneOf('effort', ['low', 'medium', 'high']),
    tools: fields.texts('tools', { check: likeness(TOOL, 'TOOL', 'is not the name of a tool', 'write it as the program knows it: Bash, or Bash(npm test:*)'), cap: 256 }, MOST_NAMES),
    max_turns: fields.number('max_turns', 1, MOST_TURNS),
  });
}

/** What the Agent Client Protocol has no word for would be a setting without effect. */
function acpOnly(fields: Fields): void {
  if (fields.has('max_turns')) fields.error('max_turns', 'NOT_IN_ACP', 'the Agent Client Protocol has no word for a number of turns', 'remove max_turns; limits: {wall: ...} and budget: end what goes on too long');
  const tools = fields.raw('tools');
  if (Array.isArray(tools) && tools.some((tool) => typeof tool === 'string' && tool.includes('('))) fields.error('tools', 'NOT_IN_ACP', 'the Agent Client Protocol names kinds of calls, not their arguments', 'write kinds: read, search, edit, execute, fetch; or the name of a tool');
}

/** What keeps a seat's attempts apart from the rest of the machine. */
export function confinementIn(fields: Fields, mode: Mode): Pick<Seat, 'sandbox' | 'network'> {
  const network = fields.texts('network', { check: likeness(HOST, 'HOST', 'is not the name of a host', 'write a name as in a URL: api.example.com, *.example.com, or localhost:8080') }, MOST_NAMES);
  const sandbox = fields.oneOf('sandbox', ['off', 'auto', 'required']);
  if (mode === 'governed' && sandbox !== undefined && sandbox !== 'required') return fields.error('sandbox', 'SANDBOX_REQUIRED', `sandbox is ${sandbox}, and governed mode confines every seat`, 'write sandbox: required, or leave it out') ?? {};
  if (mode === 'dev' && network !== undefined && (sandbox ?? 'off') === 'off') fields.error('network', 'NETWORK_OPEN', 'network says which hosts a confined attempt reaches, and this seat is not confined', 'add sandbox: required, or remove network');
  return given({ sandbox, network });
}

/** Names of variables, and files under the home folder. */
export function loginIn(fields: Fields): readonly string[] | undefined {
  return fields.texts('login', { cap: 254, check: (text) => (text.startsWith('~') ? (FILE.test(text) && !text.includes('/..') ? undefined : { code: 'LOGIN', message: 'is not a file under the home folder', fix: 'write it like ~/.config/agent/auth.json' }) : badEnvName(text)) }, 20);
}

function likeness(pattern: RegExp, code: string, message: string, fix: string): NonNullable<TextForm['check']> {
  return (text) => (pattern.test(text) ? undefined : { code, message, fix });
}
