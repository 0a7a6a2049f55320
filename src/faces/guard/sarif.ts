import type { GuardReport } from '../../app/guard/report.ts';

/** A report as SARIF 2.1.0 (OASIS), as code scanning reads it. What is about no file is put at the organisation's: a result needs a place there. */
export function sarif({ findings }: GuardReport, version: string): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const results = findings.map(({ code, severity, path, line, commit, message, fix }) => ({
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: `${commit === null ? '' : `commit ${commit.slice(0, 12)}: `}${message}; next: ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path ?? '_plans/coo.yaml') }, region: { startLine: line ?? 1 } } }],
    partialFingerprints: { 'coo/v1': `${code}:${commit ?? ''}:${path ?? ''}` },
  }));
  const driver = { name: 'coo guard', semanticVersion: version, informationUri: 'https://www.npmjs.com/package/git-coo', rules: codes.map((id) => ({ id })) };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver }, results }] }, undefined, 2)}\n`;
}

function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
