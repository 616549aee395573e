// Loaded by `node --import`: an example that imports the package `runwright` gets the sources of this checkout.
import { registerHooks } from 'node:module';

const SOURCES = new URL('../../src/client/index.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => next(specifier === 'runwright' ? SOURCES : specifier, context),
});
