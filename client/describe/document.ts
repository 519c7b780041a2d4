/** A run of text, told apart by what it is and not by how it is written: each format escapes it in its own way. */
export type Inline =
  | string
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "strong"; readonly text: string }
  | { readonly type: "link"; readonly text: string; readonly address: string };

export type Line = readonly Inline[];

/** A row of a table; the first cell names it. */
export type Row = readonly Line[];

/** A block of a page. */
export type Block =
  | { readonly type: "paragraph"; readonly line: Line }
  | { readonly type: "list"; readonly items: readonly Line[] }
  | { readonly type: "terms"; readonly terms: readonly (readonly [term: string, line: Line])[] }
  | {
      readonly type: "table";
      readonly caption: string;
      readonly columns: readonly string[];
      readonly rows: readonly Row[];
    }
  /** Text as it goes over the wire. */
  | { readonly type: "sample"; readonly text: string }
  /** A heading below the section's own. */
  | { readonly type: "heading"; readonly level: 3 | 4; readonly id: string; readonly line: Line };

/** A part of a page under a heading. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A page for people, in no format yet. */
export interface Document {
  readonly title: string;
  readonly lead: Line;
  readonly sections: readonly Section[];
}

export function code(text: string): Inline {
  return { type: "code", text };
}

export function strong(text: string): Inline {
  return { type: "strong", text };
}

/** @param address https or mailto: whoever makes a link has seen to that. */
export function link(text: string, address: string): Inline {
  return { type: "link", text, address };
}

export function paragraph(...line: Line): Block {
  return { type: "paragraph", line };
}

/** Pieces with ", " between them, and `last` before the last one. */
export function joined(pieces: readonly Inline[], last = ", "): Inline[] {
  return pieces.flatMap((piece, index) => {
    if (index === 0) return [piece];
    return [index === pieces.length - 1 ? last : ", ", piece];
  });
}
