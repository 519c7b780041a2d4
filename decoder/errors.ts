import { SottoError } from "@sotto/wire";

/** A place that segments were to come from, or a segment there, that cannot be read. */
export class SourceError extends SottoError {}

/** An engine that there is not, that does not load on this machine, or that broke off. */
export class EngineError extends SottoError {}

/** What a command ends with that met an engine which computes wrongly. */
export const EXIT_WRONG_ENGINE = 3;

/** An engine that computes wrongly on this machine. Exit code 3: what else was scanned by it deserves a doubt. */
export class WrongEngineError extends EngineError {
  readonly exitCode = EXIT_WRONG_ENGINE;

  constructor(message: string, options?: ErrorOptions) {
    super("SOTTO_ENGINE_WRONG", message, options);
  }
}

/** A folder that a site cannot be written into. */
export class SiteError extends SottoError {}

/** A command that was called in a way it cannot obey. Exit code 2. */
export class UsageError extends SottoError {
  readonly exitCode = 2;
}

/** A store of records that cannot be opened, read or written, or that is in use: `SOTTO_STORE_...`. */
export class StoreError extends SottoError {}

/** An export that cannot be made or written: `SOTTO_EXPORT_...`. */
export class ExportError extends SottoError {}

/** A file of passwords that cannot be used: `SOTTO_PASSFILE`. */
export class PasswordFileError extends SottoError {}
