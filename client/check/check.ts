import { BODY_OCTETS, type Definition, MAX_TEXT_OCTETS, type ReportDefinition } from "@sotto/wire";
import { checkApart } from "./apart.ts";
import { ASSUMED_VERSIONS, type Combinations, combinationsOf } from "./cells.ts";
import { checkFields } from "./fields.ts";
import { type Finding, type Level, plural } from "./finding.ts";
import { checkKeys } from "./keys.ts";
import { LONGEST_VERSION, largestReport, type ReportSize } from "./size.ts";

/** A user's resolver sees each name, and the pace is shared by all projects on a machine: 24 names a day. */
const MAX_FRAMES_A_WINDOW = 2;

/**
 * Figures hide cells of fewer than ten reports. Spread evenly, a thousand combinations need ten thousand reports a
 * window to show any.
 */
const NOTED_BITS = 10;

/** 65,536 combinations: with fewer installations than that, most are alone with theirs in every window. */
const IDENTIFYING_BITS = 16;

/** Beyond it a number of combinations is longer than what it says. */
const MAX_WRITTEN_BITS = 40;

const NUMBERS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

/**
 * Looks for what is allowed in a report definition and still is a mistake, or will be one.
 *
 * @param today days since 1970-01-01 UTC.
 * @returns findings in the order of the text.
 */
export function checkDefinition(definition: Definition, today: number): Finding[] {
  const { consent, zones, keys, reports } = definition;
  return [
    ...(consent === "notice" ? [NOTICE] : []),
    ...zones.flatMap(({ ack, bits }, index) => checkZone(`zones[${index}]`, ack.length > 0, bits !== undefined)),
    ...checkKeys(keys, today),
    ...(reports.length === 0 ? [NOTHING] : []),
    ...reports.flatMap((report) => checkReport(report, today)),
    ...checkApart(reports, today),
    ...checkWindows(reports, today),
  ];
}

const NOTICE: Finding = {
  level: "note",
  path: "consent",
  message: "is notice, which users of other programs have complained of most; some law asks for a yes",
};

const NOTHING: Finding = { level: "note", path: "reports", message: "is empty: nothing is collected" };

function checkZone(path: string, hasAck: boolean, hasBits: boolean): Finding[] {
  const missing = [...(hasAck ? [] : ["ack"]), ...(hasBits ? [] : ["bits"])];
  if (missing.length === 0) return [];
  return [{ level: "note", path, message: `has no ${missing.join(" and no ")}: the zone's policy record decides` }];
}

function checkReport(report: ReportDefinition, today: number): Finding[] {
  const path = `reports.${report.name}`;
  const size = largestReport(report, today);
  const ofFields = checkFields(report, path, today);
  if (size === null) {
    const message = "has no field that is not expired: it is not sent any more";
    return [{ level: "warning", path, message }, ...ofFields];
  }
  return [sizeFinding(path, size), combinationFinding(path, combinationsOf(report, today)), ...ofFields];
}

function sizeFinding(path: string, { octets, frames, isTooLong, hasVersion }: ReportSize): Finding {
  if (isTooLong) {
    const message = `can have ${octets} octets; more than ${MAX_TEXT_OCTETS} cannot be sent`;
    return { level: "error", path, message };
  }
  const parts = frames === 1 ? "one frame" : `${frames} frames; one holds ${BODY_OCTETS}`;
  const taking = hasVersion ? `, taking versions up to ${LONGEST_VERSION}` : "";
  return { level: "note", path, message: `has at most ${octets} octets${taking}: ${parts}` };
}

function combinationFinding(path: string, combinations: Combinations): Finding {
  const { possibleBits, bits, lastingBits, assumed } = combinations;
  const kinds = new Set(assumed.map(({ kind }) => kind));
  const remarks = [
    `${bits.toFixed(1)} bits`,
    ...(bits < possibleBits ? ["behind its noise"] : []),
    ...(lastingBits < bits ? [`${lastingBits.toFixed(1)} of them lasting, the others counts of one window`] : []),
    ...(kinds.has("version") ? [`taking ${ASSUMED_VERSIONS} versions to be in use`] : []),
    ...(kinds.has("session") ? ["the session's random number apart"] : []),
  ];
  const message = `has ${combinationsInWords(possibleBits)} of values, ${remarks.join(", ")}`;
  return { level: levelOf(lastingBits), path, message: `${message}${advice(lastingBits)}` };
}

/** Counts change from window to window: only what stays can link an installation's reports. */
function levelOf(lastingBits: number): Level {
  return lastingBits > IDENTIFYING_BITS ? "warning" : "note";
}

function advice(lastingBits: number): string {
  if (lastingBits > IDENTIFYING_BITS)
    return ": most installations are alone with theirs; rotate fields, or list fewer values";
  if (lastingBits > NOTED_BITS) return ": rare ones single installations out; rotate fields, or list fewer values";
  return "";
}

function combinationsInWords(bits: number): string {
  if (bits > MAX_WRITTEN_BITS) return `2^${Math.round(bits)} combinations`;
  const number = 2 ** bits;
  return `${number < 1000 ? Math.round(number) : `about ${NUMBERS.format(number)}`} ${bits === 0 ? "combination" : "combinations"}`;
}

function checkWindows(reports: readonly ReportDefinition[], today: number): Finding[] {
  return (["week", "day"] as const).flatMap((window): Finding[] => {
    const sizes = reports.filter((report) => report.window === window).map((report) => largestReport(report, today));
    const frames = sizes.reduce((sum, size) => sum + (size?.frames ?? 0), 0);
    if (frames <= MAX_FRAMES_A_WINDOW) return [];
    const message = `come to ${plural(frames, "frame")} a ${window}; more than ${MAX_FRAMES_A_WINDOW} are slow to send, and seen by resolvers`;
    return [{ level: "warning", path: "reports", message }];
  });
}
