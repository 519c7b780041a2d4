import { type Application, type Context, Converter, type ParameterReflection, ReflectionKind } from "typedoc";

/** A parameter that is taken apart where it is declared has no name: it gets that of its type. */
export function nameParameters(app: Application): void {
  const rename = ({ project }: Context) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      if (reflection.name === "__namedParameters") reflection.name = nameOf(reflection as ParameterReflection);
    }
  };
  // Last: what its comment says of it is found by the name that it has till then.
  app.converter.on(Converter.EVENT_RESOLVE_END, rename, -1000);
}

function nameOf({ type }: ParameterReflection): string {
  if (type?.type !== "reference" || type.name.endsWith("Options")) return "options";
  return type.name.charAt(0).toLowerCase() + type.name.slice(1);
}
