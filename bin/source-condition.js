// In a checkout the packages of the project are taken as they stand there, as TypeScript, and need not be built first: what
// `node --conditions=runwright-source` does, but for a program that is started without it, and for those that it starts.
import { registerHooks } from 'node:module';

process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS, '--conditions=runwright-source'].filter(Boolean).join(' ');
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith('@runwright/')
        ? { ...context, conditions: [...context.conditions, 'runwright-source'] }
        : context,
    ),
});
