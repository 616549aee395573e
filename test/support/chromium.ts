import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitUntil } from './wait-until.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium on the PATH (Debian: `apt-get install chromium`), where there is one. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

/** A page in a headless browser. */
export interface Page {
  open(url: string): Promise<void>;
  /** Waits until the page's text holds all of these; rejects with what it holds instead. */
  shows(...texts: readonly (string | RegExp)[]): Promise<void>;
  /** All of its text, as it stands now. */
  text(): Promise<string>;
  /** Clicks the link, tab or button with exactly this text, once there is one; the count in a tab is no text of it. */
  click(text: string): Promise<void>;
  /** PNG of what is seen. */
  screenshot(): Promise<Buffer>;
}

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * Starts a browser with one page of that size, with a profile of its own.
 * @param moreFlags e.g. `--host-resolver-rules=MAP stranger.example 127.0.0.1`.
 */
export async function openChromium(
  program: string,
  size: { width: number; height: number },
  moreFlags: readonly string[] = [],
): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'runwright-chromium-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const child = spawn(
    program,
    [
      ...flags,
      ...moreFlags,
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `--window-size=${size.width},${size.height}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let address: string | undefined;
  createInterface({ input: child.stderr }).on('line', (line) => {
    address ??= /DevTools listening on ws:\/\/([^/]+)\//.exec(line)?.[1];
  });
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const host = await waitUntil('Chromium to listen', () => address, { withinMs: 60_000 });
    const pages = (await (await fetch(`http://${host}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = pages.find(({ type }) => type === 'page');
    if (target === undefined) throw new Error('Chromium has no page');
    const send = await connect(target.webSocketDebuggerUrl);
    await send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
    return { page: pageOver(send), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Send = (method: string, params?: object) => Promise<Record<string, unknown>>;

/** Text of the page and of the frames in it, which is where the UI shows Markdown. */
const ALL_TEXT = `[document, ...[...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument)]
  .map((one) => one?.body?.innerText ?? '').join('\\n')`;

function pageOver(send: Send): Page {
  const text = async (): Promise<string> => {
    const { result } = await send('Runtime.evaluate', { expression: ALL_TEXT });
    return String((result as { value?: unknown }).value);
  };
  return {
    text,
    open: async (url) => void (await send('Page.navigate', { url })),
    shows: async (...wanted) => {
      let seen = '';
      const missing = async (): Promise<(string | RegExp)[]> => {
        seen = await text();
        return wanted.filter((part) => (typeof part === 'string' ? !seen.includes(part) : !part.test(seen)));
      };
      await waitUntil(`the page to show ${wanted.join(', ')}`, async () => (await missing()).length === 0, {
        withinMs: 40_000,
      }).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}; it shows:\n${seen}`);
      });
    },
    click: async (name) => {
      const expression = `(() => {
        const named = [...document.querySelectorAll('a, button')].find((one) => one.innerText.replace(/\\s+\\d+$/, '').trim() === ${JSON.stringify(name)});
        named?.click();
        return named !== undefined;
      })()`;
      await waitUntil(`${name} to be there to be clicked`, async () => {
        const { result } = await send('Runtime.evaluate', { expression });
        return (result as { value?: unknown }).value === true;
      });
    },
    screenshot: async () =>
      Buffer.from(String((await send('Page.captureScreenshot', { format: 'png' }))['data']), 'base64'),
  };
}

/** The DevTools protocol, as much of it as one page needs: a numbered request, and the answer with its number. */
async function connect(url: string): Promise<Send> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('Chromium does not talk')), { once: true });
  });
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number;
      result?: object;
      error?: { message: string };
    };
    const answer = waiting.get(id ?? 0);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result as Record<string, unknown>);
  });
  let count = 0;
  return (method, params = {}) => {
    const id = (count += 1);
    const answer = Promise.withResolvers<Record<string, unknown>>();
    waiting.set(id, answer);
    socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
