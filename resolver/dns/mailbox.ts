import { ConfigError } from "../errors.ts";
import { MAX_LABEL_OCTETS } from "./numbers.ts";

/**
 * A mailbox as the labels of a name in DNS (RFC 1035 section 8): the local part is the first label as it stands, dots
 * and all, which a master file would write `first\.last.example.net`; the others are the domain's.
 *
 * @throws ConfigError `SOTTO_RECORD`.
 */
export function mailboxLabels(mailbox: string): string[] {
  const at = mailbox.lastIndexOf("@");
  const local = mailbox.slice(0, at);
  const domain = mailbox.slice(at + 1).replace(/\.$/, "");
  if (at < 1 || !/^[!-~]+$/.test(local) || local.length > MAX_LABEL_OCTETS) {
    throw new ConfigError("SOTTO_RECORD", `'${mailbox}' is not a mailbox like hostmaster@example.net`);
  }
  return [local, ...domain.toLowerCase().split(".")];
}
