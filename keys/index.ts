export { KeyFileError, KeyringError, PassphraseError } from "./errors.ts";
export { formatKeyFile, parseKeyFile, readKeyFile, writeKeyFile } from "./keyfile.ts";
export { type Epoch, missingEpochs } from "./keyring/epochs.ts";
export { Keyring, type UnlockedKeyring } from "./keyring/keyring.ts";
export { keyId, type ManifestKey } from "./keyring/manifest.ts";
export { GRACE_DAYS, type Standing, standingOf } from "./keyring/standing.ts";
export { keepOutOfCoreFiles } from "./memory.ts";
export { type PassphraseOptions, type Passphrases, passphrasesFrom } from "./passphrase.ts";
export { confirm, processTerminal, type Terminal } from "./prompt.ts";
