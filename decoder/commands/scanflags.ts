import type { EngineFlags, KeyFlags } from "./scanoptions.ts";

/** What `sotto-decoder scan` is given. */
export interface ScanFlags extends KeyFlags, EngineFlags {
  readonly from?: string[];
  readonly publicKey?: string[];
  readonly store?: string[];
  readonly definition?: string[];
  readonly replay?: boolean;
  /** Days. */
  readonly keep?: number;
}
