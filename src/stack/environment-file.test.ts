import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeEnvironmentFile } from './environment-file.ts';

describe('an environment file', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'runwright-env-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it.each(['plain', 'with spaces', "it's quoted", '$(date) `date` "x" \\n', 'two\nlines'])(
    'gives a shell that reads it the very value %j',
    async (value) => {
      const file = join(directory, 'env');
      await writeEnvironmentFile(file, { PLANTED: value, LEFT_OUT: undefined });

      const read = execFileSync('sh', ['-c', '. "$0"; printf "%s|%s" "$PLANTED" "${LEFT_OUT-unset}"', file]);

      expect(read.toString()).toBe(`${value}|unset`);
    },
  );

  it('is readable by its owner alone, because a token is in it', async () => {
    const file = join(directory, 'env');
    await writeEnvironmentFile(file, { TFE_TOKEN: 'planted' });

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
