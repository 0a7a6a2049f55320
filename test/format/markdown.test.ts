// Text from outside in a forge's Markdown: read by a Markdown parser that is not ours, it is text and nothing else.
import { assert, constantFrom, oneof, property, string, array } from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { clip, mdBlock, mdCode, mdFold, mdHead, mdRow, mdText, mdTitle } from '../../src/format/markdown.ts';

/** As GitHub reads it, raw HTML and all. */
const html = (markdown: string): string => micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
const tags = (markdown: string): readonly string[] => [...html(markdown).matchAll(/<(\/?[a-z0-9]+)/gi)].map(([, tag = '']) => tag);
const decoded = (markup: string): string => markup.replaceAll(/<\/?(?:p|code)>/g, '').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const HOSTILE = ['<script>alert(1)</script>', '</details>', '</pre>', '</code>', '|', '\n|', '\n\n# x', '`', '```\n', '**b**', '_i_', '~~s~~', '[a](http://x.y)', '![a](x)', '<http://x.y>', 'https://x.y/z', 'www.x.y', '_i_www.x.y', '_GH-1', 'a@b.cd', '@octocat', '#12', 'GH-12', 'o/r#12', 'closes #1', 'closes https://github.com/o/r/issues/1', '&lt;', '&#64;', '\\', '<!--', '-->', '$$x$$', ':tada:', '[^1]', '\u202e', '\u001b[31m', '\r', '- [ ] x'];
const outside = oneof(string({ unit: 'binary' }), array(constantFrom(...HOSTILE, ' ', 'a', '1'), { maxLength: 8 }).map((parts) => parts.join('')));

describe('text from outside', () => {
  it('is text and nothing else: no tag, no link, one cell', () => {
    assert(
      property(outside, outside, outside, (a, b, c) => {
        expect(tags(`x ${mdText(a)}`)).toEqual(['p', '/p']);
        expect(tags(`x ${mdCode(a)}`)).toEqual(['p', 'code', '/code', '/p']);
        const table = `${mdHead(['A', 'B', 'C'])}\n${mdRow([mdText(a), mdCode(b), `last ${mdText(c)}`])}`;
        expect(tags(table).filter((tag) => tag === 'tr' || tag === 'td')).toEqual(['tr', 'tr', 'td', 'td', 'td']);
        expect(html(table)).toMatch(/<td>last ?[^<]*<\/td>\s*<\/tr>\s*<\/tbody>/);
        expect(tags(mdFold(mdText(a), `${mdBlock(b)}\n\nx ${mdText(c)}`))).toEqual(['details', 'summary', '/summary', 'pre', '/pre', 'p', '/p', '/details']);
      }),
      { numRuns: 300 },
    );
  });

  it.each(HOSTILE)('says what it said: %j', (text) => {
    const shown = decoded(html(`x ${mdText(text)}`)).slice(2).replaceAll('\u200b', '');
    expect(shown).toBe(text.trim().replaceAll(/\s+/g, ' ').replaceAll('\u202e', String.raw`\u{202e}`).replaceAll('\u001b', String.raw`\u{1b}`));
  });

  it('holds no order to a forge, as Markdown or as a commit message', () => {
    for (const made of [mdText('closes #1, @octocat, GH-2, https://github.com/o/r/issues/3'), mdCode('fixes #1 @octocat'), mdBlock('fixes #1\n@octocat'), mdTitle('Closes #1 by @octocat, GH-2: https://x.y', 200)]) {
      expect(made).not.toMatch(/#\d+(?!\d*;)|@\w|GH-\d|:\/\//i);
    }
  });

  it('is cut where it is too long, and never within a character', () => {
    expect([clip('abc', 3), clip('abcd', 3), clip('a🎉b', 3)]).toEqual(['abc', 'ab…', 'a…']);
    expect(mdTitle('x'.repeat(500), 200)).toHaveLength(200);
  });
});
