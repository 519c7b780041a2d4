import type { Call } from "../commands/action.ts";
import { readProgramFile } from "../commands/subject.ts";
import { reasonedNow, reasonInWords, STATE_WORDS } from "../deciding/reason.ts";
import { UsageError } from "../errors.ts";
import { openTelemetry } from "../telemetry/running.ts";
import { parseSaid } from "./said.ts";

/** Does what `report` asks for: what a Node program does by `open`, in the name of one that is none. It never asks. */
export async function report({
  world,
  words,
  flags,
  note,
}: Call<{ readonly definition: string; readonly debug?: boolean }>): Promise<void> {
  const [name = "", ...said] = words;
  const program = await readProgramFile(flags.definition);
  const { collection } = program;
  const definition = collection.reports.find((one) => one.name === name);
  if (definition === undefined) {
    const names = collection.reports.map((one) => one.name).join(", ") || "none";
    throw new UsageError("SOTTO_REPORT_NAME", `the definition has no report ${JSON.stringify(name)}; it has ${names}`);
  }
  const { values, counts } = parseSaid(definition, said);
  if (flags.debug === true) {
    const reasoned = reasonedNow(world, collection);
    note(`${collection.project}: ${STATE_WORDS[reasoned.decision.state]}: ${reasonInWords(reasoned)}`);
  }
  const telemetry = openTelemetry(program, world);
  for (const { counter, value, times } of counts) telemetry.count(counter, value, times);
  telemetry.report(name, values);
  await telemetry.close();
}
