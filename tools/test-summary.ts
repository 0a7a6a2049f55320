/**
 * What a test run showed, in a few lines of JSON: counts, and the names of what failed.
 *
 *     node tools/test-summary.ts <report of vitest's json reporter>
 */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node tools/test-summary.ts <report.json>');
const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
const failed = report.testResults.flatMap((file) => file.assertionResults.flatMap(({ fullName, status }) => (status === 'failed' ? [fullName] : [])));
process.stdout.write(`${JSON.stringify({ files: report.testResults.length, passed: report.numPassedTests, failed: report.numFailedTests, failures: failed }, null, 2)}\n`);
