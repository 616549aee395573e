import { proxySinks, type ConcludeActivationInput, type Sinks } from '@temporalio/workflow';

/** Runs in the workflow sandbox: hands out every command of the workflow, during replay too. */
export interface CommandSinks extends Sinks {
  commands: { issued(command: unknown): void };
}

const { commands } = proxySinks<CommandSinks>();

// Sinks take plain data only: bytes become text (they are JSON), 64-bit numbers become strings.
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map(plain);
  if ('low' in value && 'high' in value) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
};

/** Loaded by the bundler as an interceptor module. */
export const interceptors = () => ({
  internals: [
    {
      concludeActivation(
        input: ConcludeActivationInput,
        next: (input: ConcludeActivationInput) => ConcludeActivationInput,
      ) {
        const concluded = next(input);
        for (const command of concluded.commands) commands.issued(plain(command));
        return concluded;
      },
    },
  ],
});
