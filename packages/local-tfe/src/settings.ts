export interface Settings {
  /** Bytes of one uploaded archive. */
  maxUploadBytes: number;
  /** Bytes of what an archive unpacks to. */
  maxUnpackedBytes: number;
  /** Terraform processes at a time. */
  concurrency: number;
  /** From a cancel to the moment a force-cancel is allowed. */
  forceCancelAfterMs: number;
  /** `loopback`: notifications to other hosts are recorded as answered 200, not sent. */
  deliveries: 'send' | 'loopback';
  /** What becomes of a bearer token that is sent to an archive's or a log's signed URL: see `Endpoint.tokenSent`. */
  archivistTokens: 'refused' | 'noted';
}
