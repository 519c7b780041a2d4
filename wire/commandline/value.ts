import type { ArgumentShape, OptionShape } from "./shape.ts";

/** What a shell can offer in a value's place: listed words, names of files, names of folders, or nothing. */
export type Value = readonly string[] | "file" | "folder" | "text";

/**
 * Says what an option or an argument takes, by its choices or by the name that its value has in the help text.
 *
 * @returns null for an option that takes no value.
 */
export function takesOf(item: OptionShape | ArgumentShape): Value | null {
  if (item.argChoices !== undefined) return item.argChoices;
  const name = "flags" in item ? /[<[](.+?)(?:\.\.\.)?[>\]]$/.exec(item.flags)?.[1] : item.name();
  if (name === undefined) return null;
  if (/file|definition|share|\.json$/.test(name)) return "file";
  return name.includes("folder") ? "folder" : "text";
}
