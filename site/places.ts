import { relative } from "node:path";
import { type Application, DocumentReflection, KindRouter, type Reflection } from "typedoc";
import { ROOT } from "./root.ts";

/** Gives a document's page the address that the file has in the repository: docs/protocol.html. */
export function placeDocuments(app: Application): void {
  app.renderer.defineRouter(
    "as-in-repository",
    class extends KindRouter {
      protected override getIdealBaseName(reflection: Reflection): string {
        const path =
          reflection instanceof DocumentReflection ? reflection.project.files.getReflectionPath(reflection) : undefined;
        return path === undefined ? super.getIdealBaseName(reflection) : relative(ROOT, path).replace(/\.md$/, "");
      }
    },
  );
}
