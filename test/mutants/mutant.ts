import type { Edit } from '../replay/workflow-variants.ts';

/**
 * A mistake that was made once, or would be easy to make: the edit that takes its fix back, and the test that catches it.
 * Each stands in a file of its own under rows/, as `export const mutant: Mutant`; the name of the file is its name.
 */
export interface Mutant {
  /** What goes wrong with it, as a claim about the mutant: "a canceled request is applied". */
  title: string;
  /** Below src/. Each text stands there once: where it is not found any more, the mutant is to be written anew. */
  edits: readonly Edit[];
  test: {
    /** A project of jest.config.js. */
    project: 'unit' | 'server' | 'faults' | 'crashes';
    /** From the root. */
    file: string;
    /** A part of its full name, which is that of all `describe`s around it and its own. */
    name: string;
  };
  /** Stands in the failure of the test, so that it fails for this mistake and no other. */
  because: string;
}
