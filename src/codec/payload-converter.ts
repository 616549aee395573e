import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

// Deeper than anything Terraform or people write; JSON.stringify overflows the stack at some thousands.
const MAX_DEPTH = 1_000;

/**
 * Stands for a payload that cannot be read: broken JSON, an encoding that nobody here knows, a ciphertext without its key.
 * Whoever looks into it gets an error, so a total parser refuses it and no code mistakes it for a value.
 */
export const UNREADABLE: object = new Proxy(Object.freeze({}), {
  get: () => {
    throw new TypeError('the payload could not be read');
  },
});

/**
 * Loaded into the workflow sandbox by the bundler. What is sent by hand is decoded before any of our code runs, and an
 * error there fails the workflow task for ever: so reading never fails (decision D6).
 */
export const payloadConverter: PayloadConverter = {
  // Handing it on, e.g. to the step that parses the input, must not fail either.
  toPayload: (value) =>
    defaultPayloadConverter.toPayload(value === UNREADABLE ? 'a payload that cannot be read' : value),
  fromPayload<T>(payload: Payload): T {
    try {
      return isTooDeep(payload) ? (UNREADABLE as T) : defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return UNREADABLE as T;
    }
  },
};

const code = (character: string): number => character.charCodeAt(0);
const OPEN = [code('['), code('{')];
const CLOSE = [code(']'), code('}')];
const QUOTE = code('"');
const BACKSLASH = code('\\');

/** Before it is parsed: what is parsed would have to be written again. */
function isTooDeep({ data }: Payload): boolean {
  if (data == null || data.length <= MAX_DEPTH) return false;
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < data.length; index += 1) {
    const byte = data[index]!;
    if (byte === BACKSLASH) index += 1;
    else if (byte === QUOTE) isInText = !isInText;
    else if (isInText) continue;
    else if (OPEN.includes(byte) && ++depth > MAX_DEPTH) return true;
    else if (CLOSE.includes(byte)) depth -= 1;
  }
  return false;
}
