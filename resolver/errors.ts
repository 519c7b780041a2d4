import { SottoError, type Span } from "@sotto/wire";

/** A setting or argument that cannot be served with. Exit code 2. */
export class ConfigError extends SottoError {
  readonly exitCode = 2;
}

/** The data folder or database cannot be used, or holds what this program did not put there. */
export class StoreError extends SottoError {}

/** A bucket takes no frames any more: another process has left it. */
export class BucketLeftError extends StoreError {
  readonly bucket: Span;

  constructor(bucket: Span) {
    super("SOTTO_BUCKET_LEFT", `the bucket ${bucket.start}-${bucket.end} takes no frames any more`);
    this.bucket = bucket;
  }
}
