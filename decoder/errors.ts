import { SottoError } from "@sotto/wire";

/** A place that segments were to come from, or a segment there, that cannot be read. */
export class SourceError extends SottoError {}
