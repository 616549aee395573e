import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { workflowIdOf } from '@runwright/client/contract';
import { carriesMarker, markedMessage, readMarker, whoseRun, writeMarker, type RunMarker } from './run-marker.ts';

const OURS: RunMarker = {
  installation: '3f9ac21e',
  namespaceId: '5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3c',
  workflowId: 'runwright/tfe.example.com/demo/hello/demo-1',
  firstExecutionRunId: '0190a2c4-7d3e-7c1a-9b1f-2f6f3a5d8e01',
  plan: 1,
};
const TOKEN =
  '[runwright 3f9ac21e 5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3c runwright/tfe.example.com/demo/hello/demo-1 0190a2c4-7d3e-7c1a-9b1f-2f6f3a5d8e01 #1]';

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const marker: fc.Arbitrary<RunMarker> = fc.record({
  installation: name,
  namespaceId: fc.uuid(),
  workflowId: fc
    .record({
      tfeHost: fc.oneof(
        fc.domain(),
        fc.ipV4().map((ip) => `${ip}:8090`),
        fc.ipV6().map((ip) => `[${ip}]:8443`),
      ),
      organization: name,
      workspace: name,
      key: fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
    })
    .map(workflowIdOf),
  firstExecutionRunId: fc.uuid(),
  plan: fc.integer({ min: 1, max: 999_999_999 }),
});
const message = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  marker.map((other) => `copied: ${writeMarker(other)}`),
  marker.map((other) => `${writeMarker(other)} \n`),
  fc.string().map((text) => `[runwright ${text}`),
  fc.constant(TOKEN.slice(0, -1)),
);

describe('the marker of a run', () => {
  it('is readable, not hashed', () => {
    expect(writeMarker(OURS)).toBe(TOKEN);
    expect(markedMessage('say hello', OURS)).toBe(`say hello ${TOKEN}`);
    expect(markedMessage('', OURS)).toBe(TOKEN);
  });

  it('is read back from behind any message, foreign markers included', () => {
    fc.assert(
      fc.property(message, marker, (message, marker) => {
        expect(readMarker(markedMessage(message, marker))).toEqual(marker);
        expect(carriesMarker(markedMessage(message, marker), marker)).toBe(true);
      }),
    );
  });

  it('is never taken for the marker of another request, whatever the message says before it', () => {
    fc.assert(
      fc.property(message, marker, marker, (message, mine, other) => {
        fc.pre(writeMarker(mine) !== writeMarker(other));

        expect(carriesMarker(markedMessage(`${message} ${writeMarker(mine)}`, other), mine)).toBe(false);
      }),
    );
  });

  it.each([
    ['installation', { installation: 'another1' }],
    ['namespace', { namespaceId: '5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3d' }],
    ['workflow', { workflowId: 'runwright/tfe.example.com/demo/hello/demo-10' }],
    ['first execution', { firstExecutionRunId: '0190a2c4-7d3e-7c1a-9b1f-2f6f3a5d8e02' }],
    ['plan', { plan: 11 }],
  ])('differs by its %s alone', (_part, difference) => {
    expect(carriesMarker(markedMessage('say hello', { ...OURS, ...difference }), OURS)).toBe(false);
  });

  it.each([
    ['text follows it', `${TOKEN} and more`],
    ['its end is cut off', TOKEN.slice(0, -1)],
    ['its beginning is cut off', TOKEN.slice(1)],
    ['it has no plan', TOKEN.replace(' #1', '')],
    ['its plan is no count', TOKEN.replace('#1', '#0')],
    ['its plan is too large to be exact', TOKEN.replace('#1', '#9007199254740993')],
    ['it names no namespace', TOKEN.replace(` ${OURS.namespaceId}`, '')],
    ['it names no workflow of ours', TOKEN.replace('runwright/', 'somebody/')],
    ['there is none', 'Queued manually via the Terraform Enterprise API'],
    ['the message is empty', ''],
    ['there is no message', undefined],
  ])('is not seen where %s', (_why, message) => {
    expect(readMarker(message)).toBeUndefined();
    expect(carriesMarker(message, OURS)).toBe(false);
  });

  it('is seen when TFE adds a line feed to the message', () => {
    expect(carriesMarker(`say hello ${TOKEN}\n`, OURS)).toBe(true);
  });

  it('is looked for in any text without an error', () => {
    fc.assert(
      fc.property(message, (message) => {
        const found = readMarker(message);

        expect(found === undefined || message.trimEnd().endsWith(writeMarker(found))).toBe(true);
      }),
    );
  });
});

describe('whose run it is', () => {
  it.each([
    ['ours', OURS],
    ['of-another-namespace', { ...OURS, namespaceId: '5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3d' }],
    ['not-ours', { ...OURS, installation: 'another1' }],
    ['not-ours', undefined],
  ] as const)('is %s by installation and namespace together', (whose, marker) => {
    expect(whoseRun(marker, OURS)).toBe(whose);
  });
});
