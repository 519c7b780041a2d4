/** Writing of roff with the macros of man(7), as groff and mandoc both understand them. */
import { wrapped } from "@sotto/wire/help";

/** Text as roff prints it: no character of it begins a request or an escape. */
export function roffText(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replace(/^\./gm, "\\&.");
}

/** Running text in lines of its own, which a reader of the source can read too. */
export function lines(text: string): string {
  return wrapped(text).map(roffText).join("\n");
}

/** A heading. */
export function section(title: string): string {
  return `.SH ${roffText(title.toUpperCase())}`;
}

/** A heading below it. */
export function subsection(title: string): string {
  return `.SS ${quotedText(title)}`;
}

/** A paragraph of running text. */
export function paragraph(text: string): string {
  return `.PP\n${lines(text)}`;
}

/** A term and what it means, indented below it. */
export function entry(term: string, meaning: string): string {
  return `.TP\n.B ${quotedText(term)}\n${lines(meaning)}`;
}

/** Lines that stay as they are. */
export function verbatim(rows: readonly string[]): string {
  return [".PP", ".in +4n", ".nf", ...rows.map(roffText), ".fi", ".in"].join("\n");
}

function quotedText(text: string): string {
  return `"${roffText(text).replaceAll('"', "\\(dq")}"`;
}
