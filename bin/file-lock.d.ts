/** See file-lock.js. */
export function withFileLock<T>(file: string, work: () => Promise<T>, onWait: (holder: string) => void): Promise<T>;
