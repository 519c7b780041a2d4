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

/** A project of which nothing here says what a command needs to know. */
export class ProjectError extends SottoError {}

/** A decision that was not made, or could not be recorded. */
export class DecisionError extends SottoError {}

/** Something that was to be deleted, or set, and is still as it was. */
export class KeptError extends SottoError {}

/** A name, an entry or an answer that the history does not have or cannot prove. */
export class HistoryError extends SottoError {}
