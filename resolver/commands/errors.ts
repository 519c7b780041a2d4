import { SottoError } from "@sotto/wire";

/** Another collector, or an exported folder, that cannot be read over HTTP or publishes something else than it says. */
export class OriginError extends SottoError {}
