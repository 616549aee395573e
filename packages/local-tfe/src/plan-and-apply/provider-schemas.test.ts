import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Blobs } from '../store/blobs.ts';
import { schemasOf } from './plan-documents.ts';
import { createFakeTerraform } from '../fake-terraform/fake-terraform.ts';

describe('the schemas of the built-in provider', () => {
  let workRoot: string;

  beforeEach(() => {
    workRoot = mkdtempSync(join(tmpdir(), 'runwright-schemas-'));
  });
  afterEach(() => rmSync(workRoot, { recursive: true, force: true }));

  it('are asked for once, however many plans want them at a time: no two write their configuration together', async () => {
    const simulation = createFakeTerraform();
    let asked = 0;
    const schemas: typeof simulation.schemas = (where) => {
      asked += 1;
      return simulation.schemas(where);
    };
    const deps = { blobs: new Blobs(join(workRoot, 'files')), workRoot, executor: { ...simulation, schemas } };

    const found = await Promise.all(['plan-a', 'plan-b', 'plan-c'].map((id) => schemasOf(deps, { id })));

    expect(asked).toBe(1);
    for (const document of found) expect(JSON.parse(document)).toHaveProperty('provider_schemas');
  });

  it('are asked for again after they could not be told', async () => {
    const simulation = createFakeTerraform();
    let fails = true;
    const schemas: typeof simulation.schemas = (where) =>
      fails ? Promise.reject(new Error('no provider schemas')) : simulation.schemas(where);
    const deps = { blobs: new Blobs(join(workRoot, 'files')), workRoot, executor: { ...simulation, schemas } };
    await expect(schemasOf(deps, { id: 'plan-a' })).rejects.toThrow('no provider schemas');
    fails = false;

    expect(JSON.parse(await schemasOf(deps, { id: 'plan-a' }))).toHaveProperty('provider_schemas');
  });
});
