import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a run whose message a server cuts in its own way is ended',
  edits: [
    {
      file: 'domain/option-ignored.ts',
      from: 'inOneLine(shown).replace(CUT_MARK',
      to: 'inOneLine(shown).replace(/…$/',
    },
  ],
  test: {
    project: 'unit',
    file: 'src/domain/option-ignored.test.ts',
    name: 'it cuts it and says so in brackets',
  },
  because: 'own-configuration',
};
