import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal. Ctrl-C and Ctrl-D give an empty answer, which means none. */
export async function ask(
  question: string,
  streams: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<string> {
  const lines = createInterface(streams);
  try {
    return await lines.question(question);
  } catch (error) {
    if ((error as { name?: unknown }).name !== 'AbortError') throw error;
    streams.output.write('\n'); // the next output begins a line of its own
    return '';
  } finally {
    lines.close();
  }
}
