import { SottoError } from "@sotto/wire";

/** A report that could not be sent, or whose arrival nobody confirmed. */
export class SendError extends SottoError {}

/** A command that was called in a way it cannot obey. Exit code 2. */
export class UsageError extends SottoError {
  readonly exitCode = 2;
}

/** Somebody who may say so has said that nothing is to be sent. Exit code 3. */
export class SilencedError extends SottoError {
  readonly exitCode = 3;
}
