import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { assemble } from './assemble.ts';
import type { Faults } from './control/faults.ts';
import type { Holds } from './control/holds.ts';
import type { Journal } from './control/journal.ts';
import { createListener } from './control/listener.ts';
import type { People } from './control/people.ts';
import { openDataDirectory } from './data-directory.ts';
import { recover } from './engine/recover.ts';
import { createApp } from './http/app.ts';
import { createHostCheck } from './http/host-names.ts';
import { serveRoute } from './http/route.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { ownCertificate } from './tls/own-ca.ts';
import { createNotifier } from './notification-configuration/notifier.ts';
import type { LocalTfeOptions } from './options.ts';
import { ROUTES } from './routes.ts';
import type { Services } from './services.ts';
import type { RunRecord } from './run/run-record.ts';
import { grantToken } from './account/users.ts';

export type { LocalTfeOptions } from './options.ts';

export interface LocalTfe {
  /** `http://127.0.0.1:8090` */
  address: string;
  token: string;
  /** `terraform 1.11.4` */
  engine: string;
  /** The CA's certificate, with `tls: 'own-ca'`. */
  caFile?: string | undefined;
  journal: Journal;
  faults: Faults;
  people: People;
  holds: Holds;
  /** Refuses connections for so long; resolves when the server is off the network. */
  outage(ms: number): Promise<void>;
  /** With `tls`: a new certificate of the same CA. */
  replaceCertificate(): void;
  /** Every run, the newest first. */
  runs(): RunRecord[];
  /** For what the control API does and the fields above do not name. */
  services: Services;
  /** Stops taking requests, interrupts terraform, waits for it, closes the store. */
  close(): Promise<void>;
}

/** Starts a Terraform Enterprise on this machine: loopback only, unless another host is asked for. */
export async function startLocalTfe(options: LocalTfeOptions = {}): Promise<LocalTfe> {
  const directory = openDataDirectory(options.dataDir);
  const closers: (() => void | Promise<void>)[] = [directory.remove];
  try {
    const services = await assemble(options, directory, closers);
    const token = options.token ?? randomBytes(24).toString('base64url');
    grantToken(services.store, token, { username: 'admin', access: 'admin' });
    const limiter = createRateLimiter(
      {
        perSecond: options.rateLimit ?? 30,
        listsPerMinute: options.listRateLimitPerMinute ?? 30,
        verificationsPerMinute: options.rateLimit === 0 ? 0 : 10, // TFE's
      },
      services.now,
    );
    const host = options.host ?? '127.0.0.1';
    const renew =
      options.tls === 'own-ca'
        ? () => ownCertificate(directory.tls, ['localhost', '127.0.0.1', '::1', host])
        : undefined;
    const tls = renew?.();
    const isOwnHost = createHostCheck({ host, allowed: options.allowHosts ?? [] });
    const app = createApp(services, {
      routes: ROUTES.map((route) => serveRoute(route, services)),
      limiter,
      isOwnHost,
      tls,
    });
    services.listener = createListener(app.server, renew);
    let origin = '';
    const notifier = createNotifier(services, () => origin);
    closers.push(
      () => notifier.close(),
      () => app.close(),
      () => services.listener.stop(),
    );
    await app.listen({ port: options.port ?? 0, host });
    const address = addressOf(app.server.address(), tls ? 'https' : 'http');
    origin = address;
    recover(services);
    return {
      address,
      token,
      ...(tls && { caFile: tls.caFile }),
      engine: services.executor.name,
      journal: services.journal,
      faults: services.faults,
      people: services.people,
      holds: services.holds,
      outage: (ms) => services.listener.outage(ms),
      replaceCertificate: () => services.listener.replaceCertificate(),
      runs: () => services.store.runs.select(),
      services,
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** As a client on this machine addresses the server. */
function addressOf(bound: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  if (bound === null || typeof bound === 'string') throw new Error('the server listens on no port');
  const isEverywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const host = isEverywhere ? '127.0.0.1' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `${scheme}://${host}:${bound.port}`;
}

/** Last opened, first closed; goes on after an error and throws the first one. */
async function closeAll(closers: (() => void | Promise<void>)[]): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (;;) {
    const close = closers.pop();
    if (!close) break;
    try {
      await close();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
