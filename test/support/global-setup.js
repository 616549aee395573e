// Plain JavaScript, because Jest loads a global set-up its own way; from here on Node runs the TypeScript.
import { startTestServers } from './test-servers.ts';

export default startTestServers;
