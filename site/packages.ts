import { readFileSync } from "node:fs";
import { type Application, Comment, CommentTag, type Context, Converter, ReflectionKind } from "typedoc";
import { ROOT } from "./root.ts";

/** The group of the reference of what packages export. */
export const REFERENCE = "What packages export";

/** Calls each entry of a package what an `import` calls it, and says of its package what package.json says. */
export function namePackages(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    for (const entry of project.getReflectionsByKind(ReflectionKind.Module)) {
      const [folder = ""] = entry.name.split("/");
      const { name, description } = JSON.parse(readFileSync(`${ROOT}/${folder}/package.json`, "utf8"));
      entry.name = entry.name.replace(folder, name);
      entry.comment = new Comment(
        [{ kind: "text", text: `${description}.` }],
        [new CommentTag("@group", [{ kind: "text", text: REFERENCE }])],
      );
    }
  });
}
