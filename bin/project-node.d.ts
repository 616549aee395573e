/** See project-node.js. */
export const OLDEST_NODE: string;
export function isNewEnough(version?: string): boolean;
export function findProjectNode(root: string): string | undefined;
