import { appendFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/**
 * A line of JSON for each test as it ends, `{"state","name","why"?}`: a run that is killed has told what it got done, where vitest's own report is written
 * at the end. `why` is the first error, also of a test that passed when it was tried again.
 */
export function testLines(path: string): Reporter {
  return {
    onTestCaseResult: (test) => {
      const { state, errors = [] } = test.result();
      appendFileSync(path, `${JSON.stringify({ state, name: `${test.module.relativeModuleId} > ${test.fullName}`, why: errors[0]?.message })}\n`);
    },
  };
}
