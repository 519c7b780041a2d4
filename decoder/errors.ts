import { SottoError } from "@sotto/wire";

/** A place that segments were to come from, or a segment there, that cannot be read. */
export class SourceError extends SottoError {}

/** A folder that a site cannot be written into. */
export class SiteError extends SottoError {}

/** A command that was called in a way it cannot obey. Exit code 2. */
export class UsageError extends SottoError {
  readonly exitCode = 2;
}
