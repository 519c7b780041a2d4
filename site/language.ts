import type { Application } from "typedoc";

/** What is changed of the parser, which is one of markdown-it. */
interface Parser {
  readonly options: { highlight?: ((code: string, language: string, attributes: string) => string) | null };
}

/** Code without a language is text, a diagram or a layout of octets: TypeDoc would colour it as TypeScript. */
export function withoutGuessedLanguage(app: Application): void {
  app.options.setValue("markdownItLoader", (parser: Parser) => {
    const { highlight } = parser.options;
    parser.options.highlight = (code, language, attributes) => highlight?.(code, language || "text", attributes) ?? "";
  });
}
