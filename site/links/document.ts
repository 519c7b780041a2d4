/** A link as a document writes it. */
export interface Link {
  readonly target: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What the check of links needs to know of a document, whatever it is written in. */
export interface Document {
  /** From the root that all documents share. */
  readonly path: string;
  readonly links: readonly Link[];
  /** What a link's part behind # may name. */
  readonly anchors: ReadonlySet<string>;
}

/** Which line of a text an offset is in, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
