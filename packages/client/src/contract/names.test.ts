import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  activityQueuesOf,
  pauseWorkflowIdOf,
  requestAddressOf,
  taskQueueOf,
  tfeHostOf,
  workflowIdOf,
  type PauseScope,
} from './names.ts';

const ADDRESS = { tfeHost: '127.0.0.1:8090', organization: 'demo', workspace: 'hello', key: 'demo-1' };
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/);
const address = fc.record({
  tfeHost: fc.oneof(
    fc.domain(),
    fc.ipV6().map((ip) => `[${ip}]:8443`),
    fc.ipV4().map((ip) => `${ip}:8090`),
  ),
  organization: name,
  workspace: name,
  key: fc.stringMatching(/^[A-Za-z0-9._-]{1,200}$/),
});

describe('the workflow id of a request', () => {
  it('is readable', () => {
    expect(workflowIdOf(ADDRESS)).toBe('runwright/127.0.0.1:8090/demo/hello/demo-1');
  });

  it('gives back the host, organization, workspace and key that it was made of', () => {
    fc.assert(
      fc.property(address, (address) => {
        expect(requestAddressOf(workflowIdOf(address))).toEqual(address);
      }),
    );
  });

  it('differs whenever the request does', () => {
    fc.assert(
      fc.property(address, address, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));

        expect(workflowIdOf(one)).not.toBe(workflowIdOf(other));
      }),
    );
  });

  it.each([
    '',
    'runwright',
    'runwright/tfe/demo/hello',
    'runwright/tfe/demo/hello/',
    'runwright//demo/hello/k',
    'runwright/tfe/demo/hello/k/more',
    'other/tfe/demo/hello/k',
    ' runwright/tfe/demo/hello/k',
    pauseWorkflowIdOf('3f9ac21e', { kind: 'workspace', organization: 'demo', workspace: 'hello' }),
  ])('is not seen in %j', (workflowId) => {
    expect(requestAddressOf(workflowId)).toBeUndefined();
  });

  it('is looked for in any text without an error, and found only where it reads back the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `runwright/a/b/c/${text}`),
        ),
        (text) => {
          const address = requestAddressOf(text);

          expect(address === undefined || workflowIdOf(address) === text).toBe(true);
        },
      ),
    );
  });
});

describe('the task queues of an installation', () => {
  it('are the workflows’ own and one for each urgency', () => {
    expect(taskQueueOf('3f9ac21e')).toBe('runwright-3f9ac21e');
    expect(activityQueuesOf('runwright-3f9ac21e')).toEqual({
      now: 'runwright-3f9ac21e-now',
      poll: 'runwright-3f9ac21e-poll',
      upload: 'runwright-3f9ac21e-upload',
      list: 'runwright-3f9ac21e-list',
    });
  });
});

describe('the workflow id of a pause', () => {
  it('differs by installation, scope and workspace', () => {
    const scope: fc.Arbitrary<PauseScope> = fc.oneof(
      fc.constant<PauseScope>({ kind: 'installation' }),
      fc.record({ kind: fc.constant('workspace' as const), organization: name, workspace: name }),
    );
    fc.assert(
      fc.property(fc.tuple(name, scope), fc.tuple(name, scope), (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));

        expect(pauseWorkflowIdOf(...one)).not.toBe(pauseWorkflowIdOf(...other));
      }),
    );
  });
});

describe('the host of a TFE address', () => {
  it.each([
    ['in upper case', 'HTTPS://TFE.Example.com'],
    ['with the default port', 'https://tfe.example.com:443'],
    ['with a slash at the end', 'https://tfe.example.com/'],
    ['with a dot at the end of its name', 'https://tfe.example.com.'],
    ['without TLS', 'http://tfe.example.com:80'],
  ])('is one host %s', (_how, address) => {
    expect(tfeHostOf(address)).toBe('tfe.example.com');
  });

  it('keeps a port of its own', () => {
    expect(tfeHostOf('https://TFE.example.com.:8443')).toBe('tfe.example.com:8443');
  });
});
