import { dateOfDay, dayOf } from "@sotto/wire";
import type { Call } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { requireProgram, requireSubject } from "../commands/subject.ts";
import { reasonedNow } from "../deciding/reason.ts";
import { ProjectError } from "../errors.ts";
import { isPlausibleDay } from "../report/window.ts";
import { previewJson, previewText } from "./previewtext.ts";
import { truthNow } from "./truthnow.ts";

/** Does what `preview` asks for. */
export async function preview(call: Call<SubjectFlags & { readonly json?: boolean }>): Promise<void> {
  const { world, flags, print } = call;
  const program = requireProgram(await requireSubject(call, call.words[0]), call, "preview");
  const { collection } = program;
  const today = dayOf(world.clock() / 1000);
  if (!isPlausibleDay(today)) {
    throw new ProjectError(
      "SOTTO_CLOCK",
      `the clock says ${dateOfDay(today)}: on such a day nothing is counted or sent`,
    );
  }
  const reasoned = reasonedNow(world, collection);
  const reports = truthNow(world, program, reasoned, today);
  const shown = { collection, reasoned, reports };
  print(flags.json === true ? JSON.stringify(previewJson(shown), null, 2) : previewText(shown));
}
