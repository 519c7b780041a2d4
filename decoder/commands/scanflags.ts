/** What `sotto-decoder scan` is given. */
export interface ScanFlags {
  readonly keyring?: string[];
  readonly keyFile?: string[];
  readonly passphraseFile?: string;
  readonly from?: string[];
  readonly publicKey?: string[];
  readonly store?: string[];
  readonly definition?: string[];
  readonly replay?: boolean;
  /** Days. */
  readonly keep?: number;
  readonly engine: string;
  readonly threads?: number;
}
