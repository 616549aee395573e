import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNotification } from './notification-payload.ts';

const read = (document: unknown) => readNotification(Buffer.from(JSON.stringify(document)));

describe('the payload of a notification', () => {
  it('names the run, its message and what became of it', () => {
    const parsed = read({
      payload_version: 1,
      run_id: 'run-a',
      run_message: 'say hello [runwright …]',
      notifications: [
        { trigger: 'run:planning', run_status: 'planning', run_updated_at: '2026-01-01T00:00:00Z' },
        { trigger: 'run:needs_attention', run_status: 'planned', run_updated_at: null },
      ],
    });

    expect(parsed).toEqual({
      kind: 'run',
      runId: 'run-a',
      message: 'say hello [runwright …]',
      changes: [{ status: 'planning', updatedAt: '2026-01-01T00:00:00Z' }, { status: 'planned' }],
    });
  });

  it('is a verification where everything about a run is null', () => {
    const nothing = { run_id: null, run_message: null, workspace_id: null, organization_name: null };
    const notifications = [{ message: 'Verification of x', trigger: 'verification', run_status: null }];

    expect(read({ payload_version: 1, ...nothing, notifications })).toEqual({ kind: 'verification' });
  });

  it('is something else for assessments, workspace events and what TFE may add', () => {
    expect(read({ payload_version: '2', trigger: 'assessment:drifted', details: {} })).toEqual({ kind: 'other' });
    expect(read({ payload_version: 9 })).toEqual({ kind: 'other' });
  });

  it('is malformed where a field has another type, which is named without its value', () => {
    const parsed = read({ run_id: { planted: 1 }, notifications: 'planted' });

    expect(parsed).toEqual({ kind: 'malformed', reason: 'not as TFE writes it: run_id, notifications' });
  });

  it('is read without an error, whatever the bytes are', () => {
    const kinds = ['verification', 'other', 'run', 'malformed'];
    const documents = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({ run_id: fc.anything(), run_message: fc.anything(), notifications: fc.array(fc.object()) })
        .map((document) =>
          Buffer.from(
            JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)) ?? '',
          ),
        ),
    );

    fc.assert(fc.property(documents, (body) => expect(kinds).toContain(readNotification(body).kind)));
  });
});
