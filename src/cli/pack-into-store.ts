import type { ArchiveRef } from '../contract/run-request.ts';
export const packIntoStore = async (directory: string, archives: string): Promise<ArchiveRef> => {
  throw new Error(`not yet: ${directory} ${archives}`);
};
