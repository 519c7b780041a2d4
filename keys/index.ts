export { KeyFileError } from "./errors.ts";
export { formatKeyFile, parseKeyFile, readKeyFile, writeKeyFile } from "./keyfile.ts";
