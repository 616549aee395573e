import { describe, expect, it } from '@jest/globals';
import type { RunReading } from '@runwright/client/contract';
import { optionIgnored, recognizedBy, type AskedFor } from './option-ignored.ts';
import { markedMessage } from './run-marker.ts';

const MARKER = {
  installation: '3f9ac21e',
  namespaceId: '5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3c',
  workflowId: 'runwright/tfe.example.com/demo/hello/demo-1',
  firstExecutionRunId: '0190a2c4-7d3e-7c1a-9b1f-2f6f3a5d8e01',
  plan: 1,
};
const ASKED: AskedFor = {
  marker: MARKER,
  message: markedMessage('say hello', MARKER),
  configurationVersionId: 'cv-1',
  ownConfigurationVersionIds: ['cv-0', 'cv-1'],
  allowEmptyApply: false,
};
/** The request brought no configuration of its own. */
const OF_OTHERS = { ownConfigurationVersionIds: [] };
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
const withoutMessage = (run: RunReading = CREATED): RunReading => {
  const { message: _, ...rest } = run;
  return rest;
};
const withoutConfiguration = (run: RunReading): RunReading => {
  const { configurationVersionId: _, ...rest } = run;
  return rest;
};
const withoutAutoApply = (): RunReading => {
  const { autoApply: _, ...run } = CREATED;
  return run;
};

describe('a run is known', () => {
  it('by its marker, on whatever configuration', () => {
    expect(recognizedBy({ ...CREATED, configurationVersionId: 'cv-9' }, ASKED)).toBe('marker');
  });

  it.each([
    ['shows none', withoutMessage()],
    ['shows an empty one', { ...CREATED, message: '' }],
    ['shows blanks', { ...CREATED, message: '  ' }],
    ['cuts it', { ...CREATED, message: 'say hello [runwright 3f9a' }],
    ['cuts it and says so', { ...CREATED, message: 'say he…' }],
    ['cuts it and says so in brackets', { ...CREATED, message: 'say hello [runwr [truncated]' }],
    ['cuts it and says so in words', { ...CREATED, message: 'say hello (message truncated)' }],
    ['cuts it within a character', { ...CREATED, message: 'say hello \ufffd' }],
    ['writes other blanks and cuts it', { ...CREATED, message: ' say  hello\n[runwright 3f9a' }],
  ])('by a configuration version that its request created, where the server keeps no message: it %s', (_what, run) => {
    expect(recognizedBy(run, ASKED)).toBe('own-configuration');
    expect(optionIgnored(run, ASKED)).toBeUndefined();
  });

  it.each<[string, RunReading, Partial<AskedFor>]>([
    ['with another message', { ...CREATED, message: 'Queued manually' }, {}],
    ['with the marker of another request', { ...CREATED, message: markedMessage('x', { ...MARKER, plan: 2 }) }, {}],
    ['without a message, on a configuration version that was there before', withoutMessage(), OF_OTHERS],
    [
      'without a message, on the current configuration',
      withoutMessage(),
      { ...OF_OTHERS, configurationVersionId: undefined },
    ],
    [
      'without a message, on another configuration version',
      { ...withoutMessage(), configurationVersionId: 'cv-9' },
      {},
    ],
    ['without a message or a configuration version', withoutConfiguration(withoutMessage()), {}],
  ])('by nothing %s', (_what, run, asked) => {
    expect(recognizedBy(run, { ...ASKED, ...asked })).toBeUndefined();
    expect(optionIgnored(run, { ...ASKED, ...asked })).toMatch(/message/);
  });

  it('and must show the other options all the same', () => {
    expect(optionIgnored({ ...withoutMessage(), autoApply: true }, ASKED)).toMatch(/auto-apply/);
    expect(optionIgnored({ ...withoutMessage(), configurationVersionId: 'cv-0' }, ASKED)).toMatch(
      /cv-0 instead of cv-1/,
    );
  });
});

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
