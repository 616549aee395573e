import type { LocalTfe } from '../../../packages/local-tfe/src/server.ts';
import type { Secrets } from './read-execution.ts';

// Shorter ones are found in anything.
const SHORTEST = 8;

/** What a local TFE keeps secret (I4): its token, its signed URLs, and whatever was planted as sensitive in a workspace. */
export function secretsOf({ token, services: { store } }: Pick<LocalTfe, 'token' | 'services'>): Secrets {
  const variables = store.variables.select().flatMap(({ sensitive, key, value }) => (sensitive ? [[key, value]] : []));
  const outputs = store.stateVersions
    .select()
    .flatMap((version) => version.outputs)
    .flatMap(({ sensitive, name, value }) => (sensitive && typeof value === 'string' ? [[name, value]] : []));
  const planted = [
    ...variables.map(([key, value]) => [`the variable ${key}`, value!] as const),
    ...outputs.map(([name, value]) => [`the output ${name}`, value!] as const),
  ];
  return {
    'the token': token,
    'a signed URL': '/_archivist/v1/',
    ...Object.fromEntries(planted.filter(([, value]) => value.length >= SHORTEST)),
  };
}
