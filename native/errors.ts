/**
 * There is no binary for this machine, or it does not load, or it has no path that this CPU can run: whoever uses this
 * package does without it.
 */
export class NativeError extends Error {
  /** `SOTTO_NATIVE_ABSENT`, `SOTTO_NATIVE_BROKEN`, `SOTTO_NATIVE_PATH`. Stable. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
