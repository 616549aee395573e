import { describe, expect, it } from '@jest/globals';
import { childEnvironment } from './child-environment.ts';

describe('childEnvironment', () => {
  it('keeps the settings of a real server away from the embedded stack', () => {
    const environment = childEnvironment({
      PATH: '/bin',
      TEMPORAL_ADDRESS: 'prod:7233',
      TFE_TOKEN: 'secret',
      RUNWRIGHT_INSTALLATION: 'prod',
    });

    expect(environment).toEqual(expect.objectContaining({ PATH: '/bin' }));
    expect(Object.keys(environment).filter((name) => /TEMPORAL|TFE|RUNWRIGHT/.test(name))).toEqual([]);
  });

  it('gives the child its own settings, whatever their name', () => {
    expect(childEnvironment({}, { TFE_ADDRESS: 'http://127.0.0.1:1', EMPTY: undefined })).toEqual(
      expect.objectContaining({ TFE_ADDRESS: 'http://127.0.0.1:1' }),
    );
  });

  it('never sends loopback traffic through a proxy', () => {
    expect(childEnvironment({ NO_PROXY: 'corp.example, localhost' })['NO_PROXY']).toBe(
      'corp.example,localhost,127.0.0.1,::1',
    );
  });
});
