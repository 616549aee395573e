/** The Temporal CLI (with its dev server and UI) that `tools/go.mod` pins. Newer tags cannot be built from the Go module proxy. */
export const TEMPORAL_CLI_VERSION = '1.5.1';

/** The oldest Temporal server that this project was tried on; an older `temporal` on the PATH is passed over. */
export const OLDEST_TEMPORAL_SERVER = '1.29.0';

/** OpenTofu as pinned by `tools/opentofu/go.mod`, for machines with neither terraform nor tofu. */
export const OPENTOFU_VERSION = '1.10.6';

/** The Temporal server that `tools/go.mod` pins, for PostgreSQL; docker-compose.yml names the same. */
export const TEMPORAL_SERVER_VERSION = '1.29.1';
