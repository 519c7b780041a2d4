/**
 * The base of every error that sotto throws on purpose.
 *
 * `code` is stable: programs may switch on it. `message` is one line for a person and never holds secret
 * material, an address or a port.
 */
export class SottoError extends Error {
  /** Stable identifier, `SOTTO_...`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A public or secret key, as text or as octets, that cannot be used. */
export class KeyError extends SottoError {}

/** A report's text that protocol.md section 1, "The text", does not allow. */
export class TextError extends SottoError {}

/** A block that opened with our key but does not follow the format: counted as `malformed`. */
export class BlockError extends SottoError {}

/** A frame that cannot be made: a value outside the range of its field. */
export class FrameError extends SottoError {}

/** A zone name under which no report would fit, or that is not a host name. */
export class ZoneError extends SottoError {}

/** A policy record that cannot be written. (One that cannot be read is `null`, not an error.) */
export class PolicyError extends SottoError {}

/** A segment file that is damaged, cut short or not a segment file. */
export class SegmentError extends SottoError {}

/** A database's name that cannot be used; its text never quotes it. Exit code 2. */
export class ConnectionStringError extends SottoError {
  readonly exitCode = 2;
}

/** A line that is not a receipt. */
export class ReceiptError extends SottoError {}

/** A signature that is none, is missing or does not fit, or a key for signing that cannot be used. */
export class SignatureError extends SottoError {}

/** Something in a report definition that its format does not allow. */
export interface DefinitionProblem {
  /** Where, as in `reports.weekly.fields.command.expires`; empty for the definition as a whole. */
  readonly path: string;
  /** What is expected there, so that path and message read as a sentence. */
  readonly message: string;
}

/** A report definition that is refused: `SOTTO_DEFINITION`. Its message names the first problem. */
export class DefinitionError extends SottoError {
  /** All problems that were found, in the order of the text; at least one. */
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    const [first, ...more] = problems;
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    const message = `${first?.path || "the definition"} ${first?.message}${others}`;
    // A path may hold any name that stands in the text.
    super("SOTTO_DEFINITION", message.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, ""));
    this.problems = problems;
  }
}
