/**
 * A second reader of a report's text, written from RFC 8259 and protocol.md section 1 alone and one character at a
 * time: the oracle for `parseText`, which leans on JSON.parse.
 */
export function isAllowedText(octets: Uint8Array): boolean {
  if (octets.length < 2 || octets.length > 864) return false;
  const points = codePoints(octets);
  if (points === null) return false;
  const reader = new Reader(points);
  return reader.space() && reader.next() === "{" && reader.value(0) && reader.space() && reader.atEnd();
}

/** Strict UTF-8 by the table of RFC 3629 section 4; null when an octet does not fit it. */
function codePoints(octets: Uint8Array): string[] | null {
  const points: string[] = [];
  for (let at = 0; at < octets.length; ) {
    const first = octets[at] as number;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > octets.length) return null;
    let point = length === 1 ? first : first & (0xff >> (length + 1));
    for (const octet of octets.subarray(at + 1, at + length)) {
      if (octet >> 6 !== 2) return null;
      point = (point << 6) | (octet & 0x3f);
    }
    const shortest = [0, 0, 0x80, 0x800, 0x10000][length] as number;
    if (point < shortest || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return null;
    points.push(String.fromCodePoint(point));
    at += length;
  }
  return points;
}

class Reader {
  readonly #points: string[];
  #at = 0;

  constructor(points: string[]) {
    this.#points = points;
  }

  next(): string {
    return this.#points[this.#at] ?? "";
  }

  atEnd(): boolean {
    return this.#at === this.#points.length;
  }

  space(): true {
    while ([" ", "\t", "\n", "\r"].includes(this.next())) this.#at++;
    return true;
  }

  value(depth: number): boolean {
    if (this.next() === "{") return depth < 8 && this.#list("}", (keys) => this.#member(depth, keys));
    if (this.next() === "[") return depth < 8 && this.#list("]", () => this.value(depth + 1));
    if (this.next() === '"') return this.#string() !== null;
    return this.#word("true") || this.#word("false") || this.#word("null") || this.#number();
  }

  #list(close: string, item: (keys: Set<string>) => boolean): boolean {
    this.#at++;
    this.space();
    if (this.#word(close)) return true;
    const keys = new Set<string>();
    for (;;) {
      this.space();
      if (!item(keys)) return false;
      this.space();
      if (this.#word(close)) return true;
      if (!this.#word(",")) return false;
    }
  }

  #member(depth: number, keys: Set<string>): boolean {
    const key = this.next() === '"' ? this.#string() : null;
    if (key === null || keys.has(key)) return false;
    keys.add(key);
    this.space();
    if (!this.#word(":")) return false;
    this.space();
    return this.value(depth + 1);
  }

  #word(word: string): boolean {
    if (![...word].every((letter, offset) => this.#points[this.#at + offset] === letter)) return false;
    this.#at += word.length;
    return true;
  }

  #number(): boolean {
    let text = "";
    while (/^[-+.0-9eE]$/.test(this.next())) text += this.#points[this.#at++];
    return (
      /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) && Math.abs(Number.parseFloat(text)) < Infinity
    );
  }

  // The text of a string, null when it is none; surrogates stand alone as units until the end.
  #string(): string | null {
    let text = "";
    for (this.#at++; this.next() !== '"'; this.#at++) {
      const point = this.next();
      if (point === "" || point < " ") return null;
      if (point !== "\\") text += point;
      else {
        const meant = this.#escape();
        if (meant === null) return null;
        text += meant;
      }
    }
    this.#at++;
    const paired = text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "");
    return /[\ud800-\udfff]/.test(paired) ? null : text;
  }

  #escape(): string | null {
    const letter = this.#points[++this.#at] ?? "";
    const place = '"\\/bfnrt'.indexOf(letter);
    if (letter !== "" && place >= 0) return '"\\/\b\f\n\r\t'[place] ?? null;
    const digits = this.#points.slice(this.#at + 1, this.#at + 5).join("");
    if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) return null;
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
}
