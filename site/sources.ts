import { readFileSync, statSync } from "node:fs";
import { relative } from "node:path";
import {
  type Application,
  type Context,
  Converter,
  DefaultTheme,
  DocumentReflection,
  IndexEvent,
  type NavigationElement,
  type ProjectReflection,
} from "typedoc";
import { ROOT } from "./root.ts";

/** The group of pages that show a source file; it is left out of the list beside the pages, and of the search. */
const SOURCES = "Sources";

/**
 * Documents link to tests and other files of the repository: each becomes a page, since a browser takes a `.ts` file for
 * a film.
 */
export function showSources(app: Application): void {
  const shown = new Set<DocumentReflection>();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    for (const path of [...project.files.getMediaPaths()].filter((one) => statSync(one).isFile())) {
      const name = relative(ROOT, path);
      // Colours would take longer than all the rest.
      const code = `\`\`\`\`text\n${readFileSync(path, "utf8")}\n\`\`\`\``;
      const page = new DocumentReflection(name, project, [{ kind: "code", text: code }], { group: SOURCES });
      project.addChild(page);
      project.registerReflection(page, undefined, path);
      shown.add(page);
    }
  });
  app.renderer.on(IndexEvent.PREPARE_INDEX, (event: IndexEvent) => {
    for (let i = event.searchResults.length - 1; i >= 0; i--) {
      if (shown.has(event.searchResults[i] as DocumentReflection)) event.removeResult(i);
    }
  });
  app.renderer.defineTheme(
    "without-sources",
    class extends DefaultTheme {
      override buildNavigation(project: ProjectReflection): NavigationElement[] {
        return super.buildNavigation(project).filter(({ text }) => text !== SOURCES);
      }
    },
  );
}
