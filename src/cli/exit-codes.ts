/** Every exit code of `runwright`, with its meaning; docs/reference.md is generated from here. */
export const EXIT_CODES = {
  ok: {
    code: 0,
    meaning: 'the command did what was asked; with run --wait and watch: applied, no changes, or planned only',
  },
  failed: { code: 1, meaning: 'the run failed, or Runwright met a fault of its own' },
  usage: {
    code: 2,
    meaning: 'usage or configuration: an option, a setting, a directory, an id, a key that belongs to another request',
  },
  notApproved: {
    code: 3,
    meaning:
      'not approved (rejected, expired, superseded, discarded or confirmed elsewhere), or a decision was refused',
  },
  canceled: { code: 4, meaning: 'the request was canceled' },
  unreachable: { code: 5, meaning: 'Temporal or TFE does not answer, or its certificate is not trusted' },
  interrupted: {
    code: 130,
    meaning: 'Ctrl-C: while a directory is packed nothing was started; a request that is followed goes on',
  },
} as const;

export type ExitName = keyof typeof EXIT_CODES;
export type ExitCode = (typeof EXIT_CODES)[ExitName]['code'];

export const EXIT = Object.fromEntries(Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code])) as {
  readonly [Name in ExitName]: (typeof EXIT_CODES)[Name]['code'];
};
