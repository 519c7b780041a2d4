import { describe, expect, it } from "vitest";
import { readQuestion } from "../../../decoder/answers/question.ts";
import { UsageError } from "../../../decoder/errors.ts";
import { everyKind } from "./plausible.ts";

const definition = everyKind();

describe("a question", () => {
  it("asks for the last twelve windows of every report unless told otherwise", () => {
    expect(readQuestion({}, definition)).toEqual({ windows: { week: 12, day: 12 }, settled: false, where: [] });
  });

  it("may name reports, windows, a day and conditions; those of one field are alternatives", () => {
    const where = ["runner=ci", "age=4", "runner=agent", "platform=linux-x64", "version=1.2.3"];
    expect(readQuestion({ reports: ["weekly"], windows: "4", until: "2026-09-07", where }, definition)).toEqual({
      reports: ["weekly"],
      windows: { week: 4, day: 4 },
      until: 20_703,
      settled: false,
      where: [
        { field: "runner", values: ["ci", "agent"] },
        { field: "age", values: ["4"] },
        { field: "platform", values: ["linux-x64"] },
        { field: "version", values: ["1.2.3"] },
      ],
    });
  });

  it.each([
    [{ reports: ["monthly"] }, "the definition has no such report; it has weekly, failures"],
    [{ windows: "0" }, "--windows takes a whole number from 1 to 520"],
    [{ windows: "1e2" }, "--windows takes a whole number"],
    [{ until: "2026-02-30" }, "--until takes a date"],
    [{ where: ["runner"] }, "runner never says that"],
    [{ where: ["nobody=ci"] }, "--where takes field=value"],
    [{ where: ["runner=robot"] }, "runner never says that"],
    [{ where: ["age=04"] }, "age never says that"],
    [{ where: ["padding=dot"] }, "padding cannot be filtered by: its answers are blurred"],
    [{ where: ["colour=true"] }, "colour cannot be filtered by: each report carries one of several fields"],
    [{ where: ["runs=3"] }, "runs cannot be filtered by: it is a counter"],
    [{ where: ["session=abcdefgh"] }, "session cannot be filtered by: it is a session"],
  ])("is refused in one line: %j", (text, message) => {
    expect(() => readQuestion(text, definition)).toThrow(UsageError);
    expect(() => readQuestion(text, definition)).toThrow(message);
  });
});
