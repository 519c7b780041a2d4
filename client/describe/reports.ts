import { dateOfDay, type Field, isExpired, type ReportDefinition, WINDOWS_BACK_KEY } from "@sotto/wire";
import { type Carried, carriedOn, hasCounters } from "../check/carried.ts";
import { largestReport } from "../check/size.ts";
import { type Block, code, joined, type Line, link, paragraph, type Row, type Section, strong } from "./document.ts";
import { exampleOf } from "./example.ts";
import { meaningOf, noiseInWords, possibleValues } from "./fieldwords.ts";

/** A report: when it is sent, what it holds, and how it looks. */
export function reportSection(report: ReportDefinition, today: number): Section {
  const carried = carriedOn(report, today);
  const live = report.fields.filter((field) => !isExpired(field, today));
  return {
    id: idOf(report),
    heading: `The report “${report.name}”`,
    blocks: [
      paragraph(report.description),
      paragraph(...whenSent(report, carried)),
      ...rotation(report, carried),
      ...live.flatMap((field) => fieldBlocks(report, field, carried)),
      ...exampleBlocks(report, today),
    ],
  };
}

/** What was collected once. */
export function goneSection(reports: readonly ReportDefinition[], today: number): Section[] {
  const items = reports.flatMap(({ name, fields }) => {
    return fields
      .filter((field) => isExpired(field, today))
      .map(
        (field): Line => [
          code(field.name),
          " in ",
          code(name),
          `, since ${dateOfDay(field.expires)}: ${field.description}`,
        ],
      );
  });
  return items.length === 0 ? [] : [{ id: "gone", heading: "No longer collected", blocks: [{ type: "list", items }] }];
}

/** No two places have the same: neither name holds a dot. */
function idOf(report: ReportDefinition, field?: Field): string {
  return field === undefined ? `report.${report.name}` : `report.${report.name}.${field.name}`;
}

function whenSent({ window }: ReportDefinition, carried: Carried): Line {
  const span = window === "week" ? "week (Monday to Sunday, UTC)" : "day (UTC)";
  const once = `At most one a ${span} and installation, `;
  if (!hasCounters(carried)) return [once, `sealed when the program first runs in that ${window}.`];
  return [
    once,
    `about the last finished ${window} in which the program was used, sealed when it first runs after that. It says how many ${window}s ago that was, 1 to 3 (`,
    code(WINDOWS_BACK_KEY),
    ").",
  ];
}

function rotation({ window, rotate }: ReportDefinition, { rotated }: Carried): Block[] {
  if (rotated.length === 0) return [];
  const names = rotated.map(({ name }) => code(name));
  // Expired fields are still drawn, so that the others' share stays what figures are scaled by.
  const nothing = rotated.length < rotate.length ? " In some reports it is none of them." : "";
  return [
    paragraph(
      strong(`Of ${rotate.length} fields a report holds only one:`),
      " ",
      ...joined(names, " or "),
      `. Each ${window} it is drawn anew at random. So their combination, which could tell one person from another, never leaves the machine.${nothing}`,
    ),
  ];
}

function fieldBlocks(report: ReportDefinition, field: Field, { rotated }: Carried): Block[] {
  const noise = noiseInWords(field, report.window);
  const terms: [string, Line][] = [
    ["What for", [field.reason]],
    ...(field.link === undefined ? [] : [["More", [link(field.link, field.link)]] satisfies [string, Line]]),
    ["Can be", possibleValues(field, report.window)],
    ...(noise === null ? [] : [["Noise", noise] satisfies [string, Line]]),
    ["Who answers", [field.owner]],
    ["Until", [`${dateOfDay(field.expires)}; from then on it is left out`]],
    ["In the report", [code(field.key), ...(rotated.includes(field) ? [", in some of them"] : [])]],
  ];
  return [
    { type: "heading", level: 3, id: idOf(report, field), line: [code(field.name)] },
    paragraph(field.description),
    ...(field.kind === "session" ? [paragraph(strong("This links reports."), SESSION_WARNING)] : []),
    { type: "terms", terms },
  ];
}

const SESSION_WARNING =
  " Reports of one session carry the same number, so whoever can read them can tell that they come from one machine. Nothing else in them does that.";

function exampleBlocks(report: ReportDefinition, today: number): Block[] {
  const example = exampleOf(report, today);
  const size = largestReport(report, today);
  if (example === null || size === null) return [];
  const { window } = report;
  const rows = example.values.map(({ field, value }): Row => {
    return [
      [code(JSON.stringify({ [field.key]: value }).slice(1, -1))],
      [code(field.name)],
      meaningOf(field, value, window),
    ];
  });
  const windowsBack: Row[] = example.hasWindowsBack
    ? [[[code(`"${WINDOWS_BACK_KEY}":1`)], ["windows back"], [`one ${window} back`]]]
    : [];
  const names = size.frames === 1 ? "one DNS name" : `at most ${size.frames} DNS names`;
  return [
    { type: "heading", level: 3, id: `example.${report.name}`, line: ["How such a report looks"] },
    paragraph(`Before it is sealed, in full; sealed it is ${names}:`),
    { type: "sample", text: example.text },
    {
      type: "table",
      caption: `The same, read aloud: “${report.name}”`,
      columns: ["In the report", "Field", "Means"],
      rows: [...rows, ...windowsBack],
    },
  ];
}
