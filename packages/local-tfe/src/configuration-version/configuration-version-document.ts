import type { Resource } from '../http/json-api.ts';
import type { ConfigurationVersionRecord } from './configuration-version-record.ts';

/** `upload-url` is told once, to whoever created the version. */
export function presentConfigurationVersion(version: ConfigurationVersionRecord, uploadUrl?: string): Resource {
  const download = version.status === 'uploaded' && {
    download: `/api/v2/configuration-versions/${version.id}/download`,
  };
  return {
    id: version.id,
    type: 'configuration-versions',
    attributes: {
      'auto-queue-runs': version.autoQueueRuns,
      error: version.error,
      'error-message': version.errorMessage,
      provisional: version.provisional,
      source: version.source,
      speculative: version.speculative,
      status: version.status,
      'status-timestamps': version.statusTimestamps,
      'changed-files': [],
      'created-at': version.createdAt,
      ...(uploadUrl !== undefined && { 'upload-url': uploadUrl }),
    },
    relationships: { 'ingress-attributes': { data: null } },
    links: { self: `/api/v2/configuration-versions/${version.id}`, ...download },
  };
}
