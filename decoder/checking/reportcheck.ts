import { type Field, isExpired, type Report, type ReportDefinition, WINDOWS_BACK_KEY, weekOf } from "@sotto/wire";
import { readValue, type Value } from "./fieldcheck.ts";

/** What a report says, by the names of its fields, in the order of the definition. */
export type Values = ReadonlyMap<string, Value>;

/** A report that the definition allows. */
export interface AllowedReport {
  readonly type: "record";
  /** Its name in the definition. */
  readonly report: string;
  /** Number of the window that it tells of: a week's, or a day's. */
  readonly window: number;
  /** Without its session. */
  readonly values: Values;
  readonly session: string | null;
}

/** One that it does not allow, and why. Reasons never quote what a report says: anybody can write one. */
export interface RejectedReport {
  readonly type: "rejected";
  readonly reason: string;
}

/** A report is told by the keys in it, since it does not name itself: nobody spends octets on that. */
export type CheckedReport = AllowedReport | RejectedReport;

/** How many windows ago a report with counters can tell of (docs/client-state.md, "What is due"). */
export const MAX_WINDOWS_BACK = 3;

/**
 * Checks reports against a definition. Sealed boxes are not signed, so anybody can send a well-formed lie; this keeps out
 * what no client of the project says, and clips what one report can add.
 */
export class ReportCheck {
  readonly #reports: readonly ReportDefinition[];

  /** @param reports those of the definition. */
  constructor(reports: readonly ReportDefinition[]) {
    this.#reports = reports;
  }

  /**
   * Tells which report a text is, and reads it.
   *
   * Of several that its keys fit, it is the one of which it leaves out the fewest fields: that two reports cannot be told
   * apart is for `sotto-client check` to say. Fields that had expired on the day of sealing are dropped.
   *
   * @param report what the text says.
   * @param day days since 1970-01-01 UTC on which it was sealed.
   */
  check(report: Report, day: number): CheckedReport {
    const given = new Map(Object.entries(report));
    const windowsBack = given.get(WINDOWS_BACK_KEY);
    given.delete(WINDOWS_BACK_KEY);
    const keys = [...given.keys()];
    const fitting = this.#reports.filter(({ fields }) =>
      keys.every((key) => fields.some((field) => field.key === key)),
    );
    if (fitting.length === 0) return rejected("it has keys that no report has, or that none has together");
    const checked = fitting.map((definition) => ({
      left: missing(definition, given, day),
      result: checkAgainst(definition, given, windowsBack, day),
    }));
    const allowed = checked.filter(({ result }) => result.type === "record").sort((a, b) => a.left - b.left);
    const [best, second] = allowed;
    if (best === undefined) return (checked[0] as (typeof checked)[number]).result;
    const isAny = second !== undefined && (keys.length === 0 || second.left === best.left);
    return isAny ? rejected("it may be more than one report") : best.result;
  }
}

/**
 * Writes what a report says as one text: the same for two that say the same, whatever the order or form of their JSON.
 *
 * @returns JSON, by the names of fields.
 */
export function formatValues(values: Values): string {
  const members = [...values].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${members.join(",")}}`;
}

/** Reads what {@link formatValues} wrote. */
export function parseValues(text: string): Values {
  return new Map(Object.entries(JSON.parse(text) as Record<string, Value>));
}

function checkAgainst(
  { name, window, fields, rotate }: ReportDefinition,
  given: ReadonlyMap<string, unknown>,
  windowsBack: unknown,
  day: number,
): CheckedReport {
  const values = new Map<string, Value>();
  let session: string | null = null;
  for (const field of fields.filter(({ key }) => given.has(key))) {
    const value = readValue(field, given.get(field.key));
    if (value === null) return rejected(`${name}.${field.name} is not ${expected(field)}`);
    if (isExpired(field, day)) continue;
    if (field.kind === "session") session = value as string;
    else values.set(field.name, value);
  }
  const drawn = fields.filter((field) => rotate.includes(field.name) && given.has(field.key));
  if (drawn.length > 1) return rejected(`${name} has more than one of the fields of which each report carries one`);
  const back = readWindowsBack(windowsBack, fields);
  if (back === null) return rejected(`${name}.${WINDOWS_BACK_KEY} is not how many windows ago something was counted`);
  return { type: "record", report: name, window: (window === "week" ? weekOf(day) : day) - back, values, session };
}

function readWindowsBack(raw: unknown, fields: readonly Field[]): number | null {
  if (raw === undefined) return 0;
  const isNumber = Number.isInteger(raw) && (raw as number) >= 1 && (raw as number) <= MAX_WINDOWS_BACK;
  return isNumber && fields.some(({ kind }) => kind === "counter") ? (raw as number) : null;
}

/** How many fields a client could have told of and did not; the rotating ones count as one. */
function missing({ fields, rotate }: ReportDefinition, given: ReadonlyMap<string, unknown>, day: number): number {
  const absent = fields.filter((field) => !isExpired(field, day) && !given.has(field.key));
  const rotating = absent.filter(({ name }) => rotate.includes(name)).length;
  return absent.length - rotating + (rotating > 0 && rotating === rotate.length ? 1 : 0);
}

function expected(field: Field): string {
  switch (field.kind) {
    case "choice":
    case "platform":
      return "one of its values";
    case "bucket":
      return "one of its ranges";
    case "counter":
      return field.values === undefined ? "a count" : "a count for each of its values";
    case "age":
      return "one of four steps";
    default:
      return `a ${field.kind}`;
  }
}

function rejected(reason: string): RejectedReport {
  return { type: "rejected", reason };
}
