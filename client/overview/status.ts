import type { Call } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { subjectOf } from "../commands/subject.ts";
import { gatherStatus } from "./gather.ts";
import { statusJson } from "./json.ts";
import { statusText } from "./text.ts";

/** Does what `status` asks for. */
export async function status(call: Call<SubjectFlags & { readonly json?: boolean }>): Promise<void> {
  const found = await gatherStatus(call.world, await subjectOf(call, call.words[0]));
  call.print(call.flags.json === true ? JSON.stringify(statusJson(found), null, 2) : statusText(found));
}
