import { describe, expect, it } from '@jest/globals';
import type { RunReading } from '../contract/run-reading.ts';
import { optionIgnored, type AskedFor } from './option-ignored.ts';
import { markedMessage } from './run-marker.ts';

const MARKER = {
  installation: '3f9ac21e',
  workflowId: 'runwright/tfe.example.com/demo/hello/demo-1',
  firstExecutionRunId: '0190a2c4-7d3e-7c1a-9b1f-2f6f3a5d8e01',
  plan: 1,
};
const ASKED: AskedFor = { marker: MARKER, configurationVersionId: 'cv-1', allowEmptyApply: false };
const CREATED: RunReading = {
  id: 'run-1',
  status: 'pending',
  actions: { confirmable: false, discardable: false, cancelable: true },
  planOnly: false,
  autoApply: false,
  configurationVersionId: 'cv-1',
  message: markedMessage('say hello', MARKER),
  statusTimestamps: {},
};
const withoutAutoApply = (): RunReading => {
  const { autoApply: _, ...run } = CREATED;
  return run;
};

describe('a created run', () => {
  it('is ours when it shows all that was asked for', () => {
    expect(optionIgnored(CREATED, ASKED)).toBeUndefined();
  });

  it('is ours when empty applies were asked for', () => {
    expect(optionIgnored({ ...CREATED, allowEmptyApply: true }, { ...ASKED, allowEmptyApply: true })).toBeUndefined();
  });

  it('is ours on whatever configuration the workspace has when none was named', () => {
    expect(optionIgnored(CREATED, { ...ASKED, configurationVersionId: undefined })).toBeUndefined();
  });

  it.each<[string, RunReading, RegExp]>([
    ['another message', { ...CREATED, message: 'Queued manually' }, /message/],
    ['text after the marker', { ...CREATED, message: `${CREATED.message} (retry)` }, /message/],
    ['auto-apply', { ...CREATED, autoApply: true }, /auto-apply/],
    ['no word on auto-apply', withoutAutoApply(), /auto-apply/],
    ['allow-empty-apply that nobody asked for', { ...CREATED, allowEmptyApply: true }, /allow-empty-apply/],
    ['another configuration version', { ...CREATED, configurationVersionId: 'cv-2' }, /cv-2 instead of cv-1/],
  ])('is refused, in a sentence that names it, with %s', (_what, run, sentence) => {
    expect(optionIgnored(run, ASKED)).toMatch(sentence);
    expect(optionIgnored(run, ASKED)).toContain('run-1');
  });
});
