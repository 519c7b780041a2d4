export { isDoNotTrack } from "./donottrack.ts";
export { SendError, SilencedError } from "./errors.ts";
export { type Answer, type Lookup, serverLookup, systemLookup } from "./lookup.ts";
export { resolveTarget, type SendResult, sealFor, sendSealed, type Target, type TargetOptions } from "./send.ts";
