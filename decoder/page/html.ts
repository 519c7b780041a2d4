const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of HTML, to be told apart from text that has still to be escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: text is escaped, pieces of HTML are not, null leaves nothing. */
export type Insertion = string | number | Html | null | readonly Insertion[];

/** A template whose insertions are escaped, in content as in quoted attributes. */
export function html(parts: TemplateStringsArray, ...insertions: readonly Insertion[]): Html {
  return new Html(String.raw({ raw: parts }, ...insertions.map(markupOf)));
}

function markupOf(insertion: Insertion): string {
  if (insertion === null) return "";
  if (insertion instanceof Html) return insertion.markup;
  if (typeof insertion === "string" || typeof insertion === "number") return escapeText(String(insertion));
  return insertion.map(markupOf).join("");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
