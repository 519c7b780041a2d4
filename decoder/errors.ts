import { SottoError } from "@sotto/wire";

/** A place that segments were to come from, or a segment there, that cannot be read. */
export class SourceError extends SottoError {}

/** A store of records that cannot be opened, read or written, or that is in use: `SOTTO_STORE_...`. */
export class StoreError extends SottoError {}

/** An export that cannot be made or written: `SOTTO_EXPORT_...`. */
export class ExportError extends SottoError {}
