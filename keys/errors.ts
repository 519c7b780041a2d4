import { SottoError } from "@sotto/wire";

/** A key file that cannot be read, or must not be written. */
export class KeyFileError extends SottoError {}

/** A command that was called in a way it cannot obey. Exit code 2. */
export class UsageError extends SottoError {
  readonly exitCode = 2;
}
