/** Says in one sentence why we cannot listen on an address, and names it; `undefined` for any other fault. */
export function listenFault(error: unknown): string | undefined {
  const {
    code = '',
    syscall,
    address,
    port,
  } = (error ?? {}) as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  const why = syscall === 'listen' ? WHY[code] : undefined;
  return why === undefined ? undefined : `${address}:${port} ${why}`;
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program: stop that, or choose another port',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'is one that only the administrator may use: choose another port',
};
