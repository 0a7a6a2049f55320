import { describe, expect, it } from 'vitest';
import { readOrg } from '../../src/format/org.ts';
import { agentPrompt } from '../../src/format/prompt.ts';
import { roleTemplate } from '../../src/format/prompts/roles.ts';
import { PLACES, badTemplate, fillTemplate } from '../../src/format/prompts/template.ts';
import type { Order, OrderedAgent } from '../../src/kernel/order.ts';
import { bytes, told } from './corpus.ts';
import { fc } from './fuzz.ts';
import { ORDER } from './samples.ts';

const AGENT: OrderedAgent = { kind: 'claude' };
const PROMPT: Order = { ...ORDER, prompt: 'Write "hello" into greeting.txt.\nOne line, no more.' };

/** Prompts as they are sent, to be read; `npx vitest run -u` writes them anew. */
async function golden(name: string, prompt: string): Promise<void> {
  await expect(prompt).toMatchFileSnapshot(`../prompts/${name}.md`);
}

describe('a prompt', () => {
  it('of a first attempt holds the role and what the order has', async () => {
    await golden('first', agentPrompt({ ...PROMPT, attempt: 1, expected_receipts: [], budget: { wall_ms: 5_400_000 } }, AGENT));
  });

  it('of a later attempt holds what was answered, what was in the way and what was found', async () => {
    const order: Order = {
      ...PROMPT,
      role: 'architect',
      inputs: ['docs/api.md', 'src/**'],
      scope: null,
      checks: { before: [], after: ['npm test', ['grep', '-q', 'two words', 'greeting.txt']] },
      budget: { wall_ms: 600_000, tokens: 200_000, usd: 1.5, lines: 40 },
      answers: [{ question: 'In which language?', answer: 'German.\nOf Bavaria.', by: 'ada' }],
      conflict: { paths: ['greeting.txt'], ours: ['a.txt'], theirs: ['b.txt'] },
    };
    const findings = [{ code: 'CHECK_FAILED', message: 'check 1 (npm test) exited with 1: expected 3, got 4' }, { code: 'OUT_OF_SCOPE', message: 'is outside the scope', path: 'b/c.txt' }];
    await golden('later', agentPrompt(order, { ...AGENT, previous: { attempt: 1, findings } }, new Map([['docs/api.md', 'a'.repeat(40)]])));
  });

  it("is what an organisation's own template says, and then all that it leaves out", async () => {
    await golden('own-template', agentPrompt(PROMPT, { ...AGENT, template: 'You write for {step}.\nGoal: {objective}; inputs: {inputs}.\nAnswer as {{"done": true}}, {{step}} is not filled.\n' }));
  });

  it.each(['coo', 'developer', 'ba', 'architect', 'reviewer', 'qa'])('has a text for the role %s', (role) => {
    expect(badTemplate(roleTemplate(role))).toBeUndefined();
    expect(roleTemplate(role)).not.toBe(roleTemplate('some-other'));
    expect(agentPrompt({ ...PROMPT, role }, AGENT).startsWith(roleTemplate(role))).toBe(true);
  });

  it('of a role named like a property of every object is the general one', () => {
    expect(roleTemplate('constructor')).toBe(roleTemplate(undefined));
  });

  it('shows what is hidden: in the template, the text, an answer and a finding', () => {
    const hidden = 'a\u200bb\u202ec\u{e0041}d\u001b[31m';
    const prompt = agentPrompt({ ...PROMPT, objective: hidden, prompt: hidden, answers: [{ question: hidden, answer: hidden, by: hidden }] }, { ...AGENT, template: hidden, previous: { attempt: 1, findings: [{ code: 'X', message: hidden, path: hidden }] } });
    expect(prompt.split('a\\u{200b}b\\u{202e}c\\u{e0041}d\\u{1b}[31m').length - 1).toBe(8);
    expect(/[^\P{C}\n\t]/u.test(prompt)).toBe(false);
  });

  it('keeps tabs and line ends of what its author wrote', () => {
    expect(agentPrompt({ ...PROMPT, prompt: 'all:\n\techo a\r\nb' }, AGENT)).toContain('all:\n\techo a\nb');
  });

  it('fills no place that stands in a text which is filled in', () => {
    expect(agentPrompt({ ...PROMPT, objective: '{data} $& $1' }, { ...AGENT, template: '{objective}!' })).toContain('{data} $& $1!');
  });

  it('is bounded where others wrote, and says what it cut', () => {
    const long = 'x'.repeat(60_000);
    const answers = [1, 2, 3].map((n) => ({ question: `${String(n)}?`, answer: long, by: 'ada' }));
    const findings = Array.from({ length: 20 }, (_unused, n) => ({ code: 'CHECK_FAILED', message: `${String(n)} ${'y'.repeat(4_000)}` }));
    const paths = Array.from({ length: 1_000 }, (_unused, n) => `some/folder/file-${String(n)}.txt`);
    const bare = agentPrompt(PROMPT, AGENT);
    const prompt = agentPrompt({ ...PROMPT, answers, conflict: { paths, ours: paths, theirs: paths } }, { ...AGENT, previous: { attempt: 1, findings } });
    expect(prompt.length - bare.length).toBeLessThan(32_768);
    expect(prompt).toContain('... (cut: 60031 characters in all)\n(and 2 more, left out)');
    expect(prompt).toMatch(/\(and 18 more, left out\)/);
    expect(prompt).toMatch(/\(and 2[0-9]{3} more, left out\)/);
  });
});

describe('a template', () => {
  it('for a role that no agent has is warned about', () => {
    const read = readOrg('coo.yaml', bytes('version: 1\nseats: [{seat: dev, roles: [qa], harness: shell}, {seat: bot, roles: [developer], harness: claude}]\nprompts:\n  developer: "a"\n  qa: "b"\n'), { prefix: 'coo' });
    expect(read.ok ? read.warnings.map((fault) => `${told(fault)} ${fault.fix}`) : read.faults).toEqual(['5:3 warning PROMPT_UNUSED /prompts/qa roles of agents are developer']);
  });

  it('that names a part which there is not is refused where it stands', () => {
    const read = readOrg('coo.yaml', bytes('version: 1\nseats: [{seat: dev, roles: [developer, qa, ba], harness: claude}]\nprompts:\n  developer: "do {objektive}"\n  qa: "{tests}"\n  ba: "{{tests}} { a } {A} {} {step}"\n'), { prefix: 'coo' });
    expect(read.ok ? [] : read.faults.map((fault) => `${told(fault)} ${fault.fix}`)).toEqual([
      '4:3 PLACE_UNKNOWN /prompts/developer did you mean {objective}? For the text itself write {{objektive}}',
      `5:3 PLACE_UNKNOWN /prompts/qa parts are ${PLACES.map((place) => `{${place}}`).join(' ')} For the text itself write {{tests}}`,
    ]);
  });

  it('of any kind loses no part of the order', () => {
    const parts = Object.fromEntries(PLACES.map((place) => [place, `<<${place}>>`])) as Parameters<typeof fillTemplate>[1];
    const piece = fc.oneof(fc.constantFrom(...PLACES.map((place) => `{${place}}`), '{{', '}}', '{', '}'), fc.string());
    fc.assert(
      fc.property(fc.array(piece).map((pieces) => pieces.join('')), (template) => {
        const filled = fillTemplate(template, parts);
        expect(PLACES.filter((place) => !filled.includes(`<<${place}>>`))).toEqual([]);
      }),
    );
  });
});
