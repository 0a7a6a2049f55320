import { Composer, Lexer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { CST, Document as YamlDocument, Node, Pair, Scalar, YAMLMap } from 'yaml';
import type { ReadDocument, ReadOptions } from './document.ts';
import { Faults, partsOf, pointerOf, quoted } from './fault.ts';
import type { PathPart } from './fault.ts';
import { FORBIDDEN_KEYS, MAX_DEPTH, MAX_KEYS, MAX_YAML_BYTES, numberFault } from './limits.ts';
import { Lines, decodeText } from './text.ts';
import { Count, TooMuch } from './yaml-tokens.ts';

type Tree = YamlDocument.Parsed;
type Report = (code: string, offset: number, pointer: string, message: string, fix: string) => void;

/**
 * Reads YAML 1.2 (core schema) as people write it. What could make it slow is counted while it is parsed; tags, merge keys, directives,
 * duplicate and dangerous keys are refused.
 */
export function readYaml(file: string, bytes: Uint8Array, options: ReadOptions = {}): ReadDocument {
  const decoded = decodeText(file, bytes, MAX_YAML_BYTES);
  if (!decoded.ok) return { ok: false, faults: [decoded.fault] };
  const { text } = decoded;
  const lines = new Lines(text);
  let at = 0;
  const faults = new Faults(file, () => lines.at(at));
  const report: Report = (code, offset, pointer, message, fix) => {
    at = offset;
    faults.error(code, pointer, message, fix);
  };
  try {
    const tree = treeOf(text, options, report);
    const value = faults.failed ? undefined : new Values(report, options.keys ?? MAX_KEYS).of(tree.contents);
    if (!faults.failed) return { ok: true, document: { value, placeOf: (pointer) => lines.at(offsetOf(tree, pointer)) } };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    if (cause instanceof TooMuch) report(cause.code, cause.offset, '', cause.message, cause.fix);
    else report('YAML_SYNTAX', 0, '', `cannot be read as YAML: ${quoted(cause.message)}`, 'write it as JSON, or simpler');
  }
  return { ok: false, faults: faults.all };
}

/** The syntax tree, after telling what is wrong with the syntax. */
function treeOf(text: string, options: ReadOptions, report: Report): Tree {
  const [tree, second] = documentsOf(text, options);
  const { errors, warnings } = tree;
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) report('YAML_TOO_DEEP', exhausted.pos[0], '', `is nested deeper than ${String(MAX_DEPTH)}`, 'make it flatter');
  else for (const { code, message, pos } of [...errors, ...warnings]) report('YAML_SYNTAX', pos[0], '', `${message} (${code})`, code === 'TAB_AS_INDENT' ? 'indent with spaces' : 'mind the indentation, and put quotes round text with : or #');
  if (second !== undefined) report('YAML_SYNTAX', second.range[0], '', 'a second document begins here', 'one file holds one document: remove the second ---');
  return tree;
}

/** The first document, which is always there, and the second if there is one. */
function documentsOf(text: string, options: ReadOptions): readonly [Tree, Tree?] {
  const { stackTraceLimit } = Error;
  // The package makes an error of each bad line: their stacks, which nobody reads, take most of the time.
  Error.stackTraceLimit = 0;
  try {
    // Unique keys are proven while converting: the package compares each with all others.
    const composer = new Composer({ version: '1.2', schema: 'core', strict: true, merge: false, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
    const [first, second] = composer.compose(parsedTokens(text, options), true, text.length);
    return second === undefined ? [first as Tree] : [first as Tree, second];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Parses token by token, so that it ends with the first one too many. Throws TooMuch. */
function* parsedTokens(text: string, options: ReadOptions): Generator<CST.Token, void> {
  const count = new Count(options);
  const parser = new Parser();
  for (const token of new Lexer().lex(text)) {
    count.add(token);
    yield* parser.next(token);
  }
  yield* parser.end();
}

/** Follows a pointer down the syntax tree as far as it goes: the key of a member, the start of an item. */
function offsetOf(document: YamlDocument.Parsed, pointer: string): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of partsOf(pointer)) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | null | undefined;
      if (item === undefined) return offset;
      offset = item?.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

/** The syntax tree as plain values. Aliases are written out, so what they cost counts as if it stood there. */
class Values {
  readonly #report: Report;
  readonly #most: number;
  readonly #anchors = new Map<string, Node>();
  readonly #path: PathPart[] = [];
  #keys = 0;
  #offset = 0;
  #stopped = false;

  constructor(report: Report, most: number) {
    this.#report = report;
    this.#most = most;
  }

  of(node: Node | null): unknown {
    if (node === null || this.#stopped) return null;
    this.#offset = node.range?.[0] ?? this.#offset;
    if (isAlias(node)) return this.#alias(node.source);
    this.#remember(node);
    if (isScalar(node)) return this.#scalar(node);
    if (this.#path.length >= MAX_DEPTH) return this.#stop('YAML_TOO_DEEP', `is nested deeper than ${String(MAX_DEPTH)}`, 'make it flatter');
    if (isMap(node)) return this.#map(node);
    if (!isSeq(node)) return this.#stop('YAML_SYNTAX', 'is neither map, list nor scalar', 'write it simpler');
    return node.items.map((item, index) => {
      this.#count();
      return this.#under(index, item as Node | null);
    });
  }

  #say(code: string, message: string, fix: string): void {
    this.#report(code, this.#offset, pointerOf(this.#path), message, fix);
  }

  #stop(code: string, message: string, fix: string): null {
    if (!this.#stopped) this.#say(code, message, fix);
    this.#stopped = true;
    return null;
  }

  #count(): void {
    this.#keys += 1;
    if (this.#keys > this.#most) this.#stop('YAML_TOO_MANY_KEYS', `has more than ${String(this.#most)} members and items, aliases written out`, 'split it');
  }

  #under(part: PathPart, node: Node | null): unknown {
    this.#path.push(part);
    const value = this.of(node);
    this.#path.pop();
    return value;
  }

  #remember(node: Node): void {
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor === undefined) return;
    if ((this.#anchors.get(anchor) ?? node) !== node) this.#say('YAML_ANCHOR', `the anchor ${quoted(anchor)} is set for the second time`, 'give it another name');
    this.#anchors.set(anchor, node);
  }

  #alias(name: string): unknown {
    const node = this.#anchors.get(name);
    if (node !== undefined) return this.of(node);
    this.#say('YAML_ANCHOR', `there is no anchor ${quoted(name)} above this alias`, 'put quotes round text that begins with *');
    return null;
  }

  #scalar(node: Scalar): unknown {
    const { value } = node;
    if (typeof value === 'string') {
      if (!value.isWellFormed()) this.#say('TEXT_SURROGATE', 'holds half of a character (a lone surrogate)', 'write the character itself');
      if (value.includes('\0')) this.#say('TEXT_NUL', 'holds a NUL character', 'remove it');
      return value;
    }
    if (typeof value === 'number') {
      const wrong = numberFault(value, node.source ?? '');
      if (wrong !== undefined) this.#say('NUMBER_UNSAYABLE', `${quoted(node.source ?? String(value))} ${wrong}`, 'put it in quotes, or make it smaller');
      return value;
    }
    if (typeof value === 'boolean' || value === null) return value;
    this.#say('YAML_SYNTAX', `a ${typeof value} is nothing JSON can say`, 'put it in quotes');
    return null;
  }

  #map(map: YAMLMap): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const pair of map.items) {
      if (this.#stopped) break;
      this.#count();
      this.#member(object, pair);
    }
    return object;
  }

  #member(object: Record<string, unknown>, pair: Pair): void {
    const key = pair.key as Node | null;
    this.#offset = key?.range?.[0] ?? this.#offset;
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string' || !name.isWellFormed()) {
      this.#say('YAML_KEY', 'a key must be text', 'put it in quotes');
      return;
    }
    const bad = name === '<<' ? 'YAML_MERGE' : FORBIDDEN_KEYS.includes(name) ? 'KEY_FORBIDDEN' : Object.hasOwn(object, name) ? 'KEY_DUPLICATE' : undefined;
    this.#path.push(name);
    if (bad === 'YAML_MERGE') this.#say(bad, 'merge keys are not read', 'write the members out');
    else if (bad === 'KEY_FORBIDDEN') this.#say(bad, `a member must not be called ${name}`, 'rename it');
    else if (bad !== undefined) this.#say(bad, `${quoted(name)} stands here for the second time`, 'remove one of the two');
    const value = this.of(pair.value as Node | null);
    if (bad === undefined || bad === 'KEY_DUPLICATE') object[name] = value;
    this.#path.pop();
  }
}
