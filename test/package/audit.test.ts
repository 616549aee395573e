import { describe, expect, it } from '@jest/globals';
import { leftOut } from '../support/left-out.ts';
import { npmAudit, parseAudit, type Advisory, type Audit } from '../support/npm-audit.ts';

/** Advisories that cannot be fixed yet, by the address of their page: why they do not reach Runwright, and until when. */
const JUDGED: Readonly<Record<string, string>> = {};

const installed = await npmAudit('installed');
const answered = installed.kind === 'answered' ? describe : leftOut('npm audit', installed.reason);
const notJudged = (audit: Audit): readonly Advisory[] =>
  audit.kind === 'answered' ? audit.advisories.filter(({ url }) => JUDGED[url] === undefined) : [];

answered('the packages that come with Runwright', () => {
  it('have no known vulnerability that was not judged', () => {
    expect(notJudged(installed)).toEqual([]);
  });
});

// What only builds and tests is told, and blocks nobody: an advisory may come any day, and reaches no one's TFE.
for (const { package: name, severity, title, url } of notJudged(
  installed.kind === 'answered' ? await npmAudit('all') : installed,
)) {
  process.stderr.write(`TO BE JUDGED in test/package/audit.test.ts: ${name}, ${severity}: ${title} (${url}).\n`);
}

describe('a report of npm audit', () => {
  const url = 'https://github.com/advisories/GHSA-0000-0000-0000';
  const cause = { source: 1, name: 'tar', url, severity: 'high', title: 'Writes outside', range: '<7.0.1' };

  it('gives each advisory once, however many packages it reaches', () => {
    const vulnerabilities = { tar: { via: [cause] }, cacache: { via: ['tar'] }, pacote: { via: [cause, 'cacache'] } };

    expect(parseAudit(JSON.stringify({ auditReportVersion: 2, vulnerabilities }))).toEqual({
      kind: 'answered',
      advisories: [{ url, package: 'tar', severity: 'high', title: 'Writes outside' }],
    });
  });

  it.each([
    { output: '{"message":"405 Method Not Allowed","statusCode":405}', reason: '405 Method Not Allowed' },
    { output: '{"error":{"code":"ENOAUDIT","summary":"no audit here"}}', reason: 'no audit here' },
    { output: '', reason: 'npm audit printed no report' },
  ])('is no clean one where the registry says nothing: $reason', ({ output, reason }) => {
    expect(parseAudit(output)).toEqual({ kind: 'no-answer', reason });
  });
});
