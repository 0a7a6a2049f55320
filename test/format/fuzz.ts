import * as fc from 'fast-check';
import { bytes } from './corpus.ts';

export { fc };

const NASTY = ['\u0000', '\uFEFF', '"', "'", '{', '}', '[', ']', ':', ',', '- ', '\n', '\t', '&a ', '*a', '<<: ', '!!x ', '---\n', '%YAML 1.1\n', '__proto__', '\\ud800', '1e400', '-0', '\u202e', '../', '? ', '| ', '#'];

/** Bytes: at random, or a good text with pieces cut out, doubled, or replaced by what parsers stumble over. */
export function mangled(good: string): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({ at: fc.nat(good.length), cut: fc.nat(40), put: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })) });
  const edited = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => bytes(edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), good)));
  const spoilt = fc.tuple(edited, fc.nat(), fc.nat(255)).map(([content, at, byte]) => {
    const copy = Uint8Array.from(content);
    if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });
  return fc.oneof(fc.uint8Array({ maxLength: 200 }), edited, spoilt, fc.array(fc.constantFrom(...NASTY), { maxLength: 60 }).map((parts) => bytes(parts.join(''))));
}
