import { SottoError } from "@sotto/wire";

/** A setting or argument that cannot be served with. Exit code 2. */
export class ConfigError extends SottoError {
  readonly exitCode = 2;
}

/** The data folder cannot be used, or holds what this program did not put there. */
export class StoreError extends SottoError {}
