import type { Field } from "@sotto/wire";
import type { WindowUnit } from "../report/window.ts";

/**
 * A report definition as it is written. Whether it is one turns out when it is compared with the installation's copy,
 * which an earlier run has checked; before, only {@link count} looks at it.
 */
export interface UsualDefinition {
  readonly reports?: Readonly<Record<string, UsualReport>>;
}

export interface UsualReport {
  readonly window: WindowUnit;
  readonly fields: Readonly<Record<string, UsualField>>;
}

export interface UsualField {
  readonly kind: Field["kind"];
  /** `2027-11-21`. */
  readonly expires: string;
  /** Of a counter, as is the next. */
  readonly max: number;
  readonly values?: readonly string[];
}
