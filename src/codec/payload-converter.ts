import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

// Deeper than anything that Terraform or people write; JSON.stringify overflows the stack at some thousands.
const MAX_DEPTH = 1_000;

/**
 * Stands for a payload that cannot be read: broken JSON, an unknown encoding, a ciphertext without its key. Any access
 * to it throws, so a total parser refuses it and no code mistakes it for a value.
 */
export const UNREADABLE: object = new Proxy(Object.freeze({}), {
  get: () => {
    throw new TypeError('the payload could not be read');
  },
});

/**
 * The bundler loads it into the workflow sandbox. What people send by hand is decoded before any of our code runs, and
 * an error there fails the workflow task for ever, so reading never fails (decision D6).
 */
export const payloadConverter: PayloadConverter = {
  // Passing it on, e.g. to the step that parses the input, must not fail either.
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

/** Checked before parsing: to check a parsed value we would have to serialize it again. */
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
