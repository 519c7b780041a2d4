import type { JsonReader } from "./jsonreader.ts";

/** Longer addresses do not fit the places where they are shown. */
const MAX_ADDRESS_CHARACTERS = 500;

/** The longest contact that fits a line of a policy page. */
const MAX_CONTACT_CHARACTERS = 200;

/** Control characters, line ends and what turns the direction of text: people read these texts in terminals. */
const NOT_FOR_A_LINE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

const HOST = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*";

/** As RFC 3986 spells it: other characters are percent-encoded, and an international host name is in ASCII (xn--). */
const HTTPS_ADDRESS = new RegExp(`^https://${HOST}(:[0-9]{1,5})?([/?#][!#-;=?-Z[\\]_a-z~]*)?$`);

/** What HTML takes for a valid e-mail address. */
const MAILBOX = new RegExp(`^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${HOST}$`);

/** Reads one line for people, with something other than blanks in it. */
export function readLine(place: JsonReader, maxCharacters: number): string {
  return place.text(`one line of 1 to ${maxCharacters} characters`, (text) => isLine(text, maxCharacters));
}

/** Reads the address of a page, https only. */
export function readAddress(place: JsonReader): string {
  return place.text("an https address, https://example.net/telemetry", isAddress);
}

/** Reads a mailbox or the address of a page. */
export function readContact(place: JsonReader): string {
  return place.text("a mail address or an https address, of at most 200 characters", (text) => {
    return text.length <= MAX_CONTACT_CHARACTERS && (isAddress(text) || MAILBOX.test(text));
  });
}

function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_CHARACTERS && HTTPS_ADDRESS.test(text);
}

function isLine(text: string, maxCharacters: number): boolean {
  // A character is at most two units: what is longer need not be counted.
  if (text.length > 2 * maxCharacters || [...text].length > maxCharacters) return false;
  return /\S/.test(text) && !NOT_FOR_A_LINE.test(text);
}
