import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../src/stack/program-path.ts';
import { composeCheck, loadCompose, type ComposeProject, type ComposeService } from '../support/compose-file.ts';
import { leftOut } from '../support/left-out.ts';

const ADDRESS = { TFE_ADDRESS: 'https://tfe.example.com' };
const ONE_SHOT = ['setup', 'temporal-schema'];
const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const go = await findOnPath('go', process.env);
const withGo =
  go === undefined ? leftOut('docker-compose.yml', 'Go is not installed: nothing to parse it with') : describe;

withGo('docker-compose.yml, as Compose reads it', () => {
  let program: string;
  let plain: ComposeProject;
  let all: ComposeProject;
  beforeAll(async () => {
    program = await composeCheck();
    plain = await loadCompose(program, ADDRESS);
    all = await loadCompose(program, ADDRESS, ['local-tfe', 'cli']);
  }, 600_000);

  it('needs nothing but TFE_ADDRESS and a token file, and says so', async () => {
    expect(Object.keys(plain.services).sort()).toEqual(
      [...['postgresql', 'setup', 'temporal', 'temporal-schema', 'temporal-ui', 'temporal-ui-gate', 'worker']].sort(),
    );
    expect(plain.secrets['tfe_token']?.file).toMatch(/\/secrets\/tfe-token$/);
    await expect(loadCompose(program, {})).rejects.toThrow(/TFE_ADDRESS.*see \.env\.example/);
  });

  it('adds a local TFE with its profile, for which the worker waits', () => {
    expect(all.services['local-tfe']?.profiles).toEqual(['local-tfe']);
    expect(all.services['worker']?.depends_on?.['local-tfe']).toEqual({
      condition: 'service_healthy',
      required: false,
    });
  });

  it('has the local TFE answer by its own names, and deliver notifications to nobody outside', () => {
    const command = JSON.stringify(all.services['local-tfe']);

    expect(command).toContain('--allow-host local-tfe --deliveries loopback');
  });

  it('gives the token as a file to those who need it, and to nobody as a value', () => {
    const holders = named(all, ({ secrets = [] }) => secrets.some(({ source }) => source === 'tfe_token'));
    expect(holders).toEqual(['cli', 'local-tfe', 'worker']);
    expect(named(all, ({ environment = {} }) => 'TFE_TOKEN' in environment)).toEqual([]);
  });

  it('is given the token in a folder that nobody else may enter', async () => {
    const [line] = /install -d .*tfe-token/.exec(readFileSync(inProject('docker-compose.yml'), 'utf8')) ?? [''];
    const directory = mkdtempSync(join(tmpdir(), 'runwright-compose-'));
    spawnSync('/bin/sh', ['-c', `printf planted | { ${line}; }`], { cwd: directory });

    expect(statSync(join(directory, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(directory, 'secrets/tfe-token'), 'utf8')).toBe('planted');
    expect(readFileSync(inProject('docs/operations.md'), 'utf8')).toContain(`\n${line}\n`);
    rmSync(directory, { recursive: true });
  });

  it('runs every container with a read-only root, without capabilities it has no use for, within limits', () => {
    const careless = named(
      all,
      (service) =>
        service.read_only !== true ||
        !service.cap_drop?.includes('ALL') ||
        !service.security_opt?.includes('no-new-privileges:true') ||
        !service.tmpfs?.some((place) => place.startsWith('/tmp')) ||
        service.deploy?.resources?.limits?.memory === undefined ||
        service.deploy.resources.limits.cpus === undefined,
    );
    expect(careless).toEqual([]);
  });

  it('pins every image to one version', () => {
    expect(named(all, ({ image }) => !/:v?\d+\.\d+\.\d+|:\d+\.\d+-/.test(image))).toEqual([]);
  });

  it('restarts what serves, repeats a one-shot only when it failed', () => {
    const { cli: _, ...started } = all.services;
    const servers = Object.entries(started).filter(([name]) => !ONE_SHOT.includes(name));
    expect(new Set(servers.map(([, { restart }]) => restart))).toEqual(new Set(['unless-stopped']));
    expect(new Set(ONE_SHOT.map((name) => started[name]?.restart))).toEqual(new Set(['on-failure:5']));
  });

  it('starts in the order of health', () => {
    const servers = named(plain, ({ restart }) => restart === 'unless-stopped');
    for (const name of servers) expect(plain.services[name]?.healthcheck?.test[0]).toBe('CMD');
    expect(conditions(plain.services['temporal-schema'])).toEqual({ postgresql: 'service_healthy' });
    expect(conditions(plain.services['temporal'])).toEqual({
      postgresql: 'service_healthy',
      'temporal-schema': 'service_completed_successfully',
    });
    expect(conditions(plain.services['setup'])).toEqual({ temporal: 'service_healthy' });
    expect(conditions(plain.services['worker'])).toEqual({
      setup: 'service_completed_successfully',
      temporal: 'service_healthy',
    });
  });

  it('opens ports on loopback only, and the database to Temporal alone', () => {
    const ports = Object.values(all.services).flatMap((service) => service.ports ?? []);
    expect(ports.map(({ target }) => target).sort((a, b) => a - b)).toEqual([7233, 8080, 8090]);
    expect(new Set(ports.map((port) => port.host_ip))).toEqual(new Set(['127.0.0.1']));
    expect(all.networks['database']?.internal).toBe(true);
    expect(named(all, ({ networks = {} }) => 'database' in networks)).toEqual([
      'postgresql',
      'temporal',
      'temporal-schema',
    ]);
  });

  it('has web pages meet the gate before the UI, and no other name than its own on the HTTP API', () => {
    const { 'temporal-ui': ui, 'temporal-ui-gate': gate, temporal } = plain.services;
    expect(ui).toMatchObject({ network_mode: 'service:temporal-ui-gate' });
    expect(ui?.ports).toBeUndefined();
    const configuration = ui?.volumes?.find(({ source }) => source.endsWith('/deploy/temporal/ui.yaml'));
    expect(configuration).toMatchObject({ target: '/home/ui-server/config/docker.yaml', read_only: true });
    const uiAddress = gate?.command?.[gate.command.indexOf('--ui') + 1];
    const text = readFileSync(inProject('deploy/temporal/ui.yaml'), 'utf8');
    expect(`${/^host: (.+)$/m.exec(text)?.[1]}:${/^port: (.+)$/m.exec(text)?.[1]}`).toBe(uiAddress);
    expect(gate?.command?.at(-1)).toBe(gate?.ports?.[0]?.published);

    const dynamic = readFileSync(inProject('deploy/temporal/dynamic.yaml'), 'utf8');
    const [host] = /127\.0\.0\.1:\d+/.exec(temporal?.healthcheck?.test.join(' ') ?? '') ?? [];
    expect(dynamic).toContain(`frontend.httpAllowedHosts:\n  - value: ['${host}']\n`);
  });

  it('keeps all data on named volumes', () => {
    expect(Object.keys(all.volumes).sort()).toEqual(['archives', 'local-tfe', 'postgresql']);
    const mounts = Object.values(all.services).flatMap((service) => service.volumes ?? []);
    expect(mounts.filter(({ type, read_only }) => type === 'bind' && read_only !== true)).toEqual([]);
  });

  it('is explained value by value in .env.example, and takes every default from there', async () => {
    const text = readFileSync(inProject('docker-compose.yml'), 'utf8');
    const used = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string);
    const lines = readFileSync(inProject('.env.example'), 'utf8').split('\n');
    const explained = lines.flatMap((line) => /^#?([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
    const examples = Object.fromEntries(
      Array.from({ length: explained.length / 2 }, (_, index) => explained.slice(index * 2, index * 2 + 2)),
    ) as Record<string, string>;

    expect(Object.keys(examples).sort()).toEqual([...new Set(used)].sort());
    expect(await loadCompose(program, examples)).toEqual(plain);
  });
});

const named = ({ services }: ComposeProject, matches: (service: ComposeService) => boolean): string[] =>
  Object.entries(services)
    .filter(([, service]) => matches(service))
    .map(([name]) => name)
    .sort();

const conditions = (service: ComposeService | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service?.depends_on ?? {})
      .filter(([, { required }]) => required)
      .map(([name, { condition }]) => [name, condition]),
  );
