import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Where a process listens for TCP, as Linux tells it: `HOST:PORT`, IPv4 only. */
export function listeningAddresses(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => /^socket:\[(\d+)\]$/.exec(linkOf(pid, name))?.[1] ?? []),
  );
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/));
  return rows
    .filter(([, , , state, , , , , , inode = '']) => state === LISTEN && sockets.has(inode))
    .map(([, local = '']) => readable(local));
}

const LISTEN = '0A';

function linkOf(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${name}`);
  } catch {
    return ''; // closed meanwhile
  }
}

/** `0100007F:1F90` is 127.0.0.1:8080: the address as the machine's own number, bytes from the last. */
function readable(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const bytes = [...Buffer.from(address, 'hex')].toReversed();
  return `${bytes.join('.')}:${Number.parseInt(port, 16)}`;
}
