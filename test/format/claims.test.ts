import { describe, expect, it } from 'vitest';
import { readClaimRequest } from '../../src/format/claims.ts';
import { bytes, corpus, told, wellMade } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const REQUEST = { plan_id: 'p', step_id: 's', seat: 'dev-1', nonce: 'n-1' };

describe('a claim file', () => {
  it('asks', () => {
    expect(readClaimRequest(bytes(JSON.stringify(REQUEST)), 'p.s.json')).toStrictEqual({ ok: true, request: REQUEST });
  });

  it('is a view when it shows a fence, whatever else it holds', () => {
    expect(readClaimRequest(bytes(JSON.stringify({ ...REQUEST, fence: 1, order: 'x' })), 'p.s.json')).toStrictEqual({ ok: true, request: null });
    expect(readClaimRequest(bytes('{"fence": null}'), 'other.json')).toStrictEqual({ ok: true, request: null });
  });

  it('names the step that it asks for', () => {
    for (const name of ['p.t.json', 'P.s.json', 'p.s.JSON', '.p.s.json', 'p.s.json.json']) {
      const read = readClaimRequest(bytes(JSON.stringify(REQUEST)), name);
      expect(read.ok ? [] : read.faults.map(told), name).toEqual(['1:1 CLAIM_NAME']);
    }
  });

  it.each(corpus('claim'))('bad: %s', (name, content, expected) => {
    const read = readClaimRequest(content, name);
    expect(read.ok ? ['OK'] : read.faults.map(told)).toEqual(expected);
    expect(read.ok || wellMade(read.faults)).toBe(true);
  });

  it('half written is a fault, never a request', () => {
    const whole = JSON.stringify(REQUEST);
    for (let length = 0; length < whole.length; length += 1) expect(readClaimRequest(bytes(whole.slice(0, length)), 'p.s.json').ok).toBe(false);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(mangled(JSON.stringify(REQUEST)), (content) => {
        const read = readClaimRequest(content, 'p.s.json');
        return read.ok || wellMade(read.faults);
      }),
    );
  });
});
