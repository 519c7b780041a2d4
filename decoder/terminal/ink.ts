/** How text is set off on a terminal that shows it. */
export interface Ink {
  strong(text: string): string;
  soft(text: string): string;
  accent(text: string): string;
}

const as = (code: number) => (text: string) => (text === "" ? "" : `\u001b[${code}m${text}\u001b[0m`);

/** Escape sequences that every terminal knows, in its own colours. */
export const COLOURED: Ink = { strong: as(1), soft: as(2), accent: as(36) };

/** For files and pipes. */
export const PLAIN: Ink = { strong: (text) => text, soft: (text) => text, accent: (text) => text };
