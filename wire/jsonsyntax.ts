/** White space, and then a string, a word or number, or a character of structure (RFC 8259). */
const TOKEN =
  /[\t\n\r ]*(?:("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;

const BLANKS = /[\t\n\r ]*/y;

/** Kinds of tokens that begin a value: a string, a word or number, an object, an array. */
const VALUE = '"0{[';

/**
 * Where a text stops being JSON. JSON.parse says so only for some mistakes, and its wording quotes the text.
 *
 * @returns the offset, in UTF-16 units, of the first token that cannot stand there; null when the text is JSON.
 */
export function jsonErrorOffset(text: string): number | null {
  const closers: string[] = [];
  // Kinds of tokens that may come next, and whether a string that comes is a name.
  let allowed = VALUE;
  let awaitsName = false;
  let offset = 0;
  for (;;) {
    const token = tokenAt(text, offset);
    if (token === null || !allowed.includes(token.kind)) {
      const start = blanksEnd(text, offset);
      return allowed === "" && start === text.length ? null : start;
    }
    offset = token.end;
    const inObject = () => closers.at(-1) === "}";
    if (token.kind === "{" || token.kind === "[") {
      closers.push(token.kind === "{" ? "}" : "]");
      awaitsName = inObject();
      allowed = awaitsName ? '"}' : `${VALUE}]`;
    } else if (token.kind === ",") {
      awaitsName = inObject();
      allowed = awaitsName ? '"' : VALUE;
    } else if (token.kind === ":") {
      allowed = VALUE;
    } else if (awaitsName && token.kind === '"') {
      awaitsName = false;
      allowed = ":";
    } else {
      if (token.kind === "}" || token.kind === "]") closers.pop();
      awaitsName = false;
      const closer = closers.at(-1);
      allowed = closer === undefined ? "" : `,${closer}`;
    }
  }
}

/** Of strings the kind is `"`, of words and numbers `0`, of structure the character itself. */
function tokenAt(text: string, offset: number): { readonly kind: string; readonly end: number } | null {
  TOKEN.lastIndex = offset;
  const match = TOKEN.exec(text);
  if (match === null) return null;
  const [, string, scalar, structure = ""] = match;
  return { kind: string !== undefined ? '"' : scalar !== undefined ? "0" : structure, end: TOKEN.lastIndex };
}

function blanksEnd(text: string, offset: number): number {
  BLANKS.lastIndex = offset;
  BLANKS.exec(text);
  return BLANKS.lastIndex;
}
