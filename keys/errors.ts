import { SottoError } from "@sotto/wire";

/** A key file that cannot be read, or must not be written. */
export class KeyFileError extends SottoError {}

/** A passphrase that is wrong, empty or cannot be read. */
export class PassphraseError extends SottoError {}

/** A keyring whose folder or manifest cannot be used, or an epoch that does not fit into it. */
export class KeyringError extends SottoError {}

/** A share that cannot be read, or shares that do not make a key. The message holds nothing of a share. */
export class ShareError extends SottoError {}

/** A key in another program's format that is no X25519 key. The message holds nothing of it. */
export class ForeignKeyError extends SottoError {}

/** A command that was called in a way it cannot obey. Exit code 2. */
export class UsageError extends SottoError {
  readonly exitCode = 2;
}
