import type { Collection, Field, ReportDefinition } from "@sotto/wire";
import { OTHER } from "@sotto/wire";
import type { AnswerSource } from "../../../decoder/answers/build.ts";
import type { Value } from "../../../decoder/checking/fieldcheck.ts";
import { formatValues } from "../../../decoder/checking/reportcheck.ts";
import type { SegmentLosses, TallyRow } from "../../../decoder/store/contract.ts";
import { definitionOf, field, MONDAY, segment, sourceOf, WEEK } from "./scene.ts";

/** Pairs of a value and how likely it is, relative to the others. */
type Weighted<T> = readonly (readonly [value: T, weight: number])[];

const RUNNERS: Weighted<string> = [
  ["terminal", 60],
  ["script", 9],
  ["container", 14],
  ["agent", 6],
  ["ci", 11],
];

/** A definition with a field of every kind, blurred and rotating ones too. */
export function everyKind(): Collection {
  return definitionOf(
    {
      weekly: {
        window: "week",
        description: "Which versions are used where, and by whom.",
        fields: {
          runner: field("r", "runner", { description: "Whether a person, a script or a CI job runs it." }),
          age: field("a", "age", { description: "For how many weeks it has been used, in four steps." }),
          version: field("v", "version", { description: "The version of Left Pad." }),
          platform: field("p", "platform", {
            description: "Operating system and processor.",
            values: ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64", "freebsd-x64"],
          }),
          padding: field("c", "choice", {
            description: "What is padded with.",
            values: ["space", "zero", "dot", "dash", "em-space"],
            epsilon: 2,
          }),
          colour: field("t", "boolean", { description: "Whether output is in colour." }),
          width: field("l", "bucket", {
            description: "The widest padding of the week, roughly.",
            bounds: [1, 10, 100, 1000],
          }),
        },
        rotate: ["padding", "colour", "width"],
      },
      failures: {
        window: "day",
        description: "How often it runs, and what goes wrong.",
        fields: {
          runs: field("n", "counter", { description: "How often it was started.", max: 1000 }),
          errors: field("e", "counter", {
            description: "How often it stopped with an error, by error code.",
            max: 100,
            values: ["E_WIDTH", "E_INPUT", "E_ENCODING"],
          }),
          session: field("s", "session", { description: "A random number that dies after ten idle minutes." }),
        },
      },
    },
    { title: "Left Pad", about: "https://left-pad.example/telemetry" },
  );
}

/** Records as a project of some thousand installations would have them, the same for the same seed. */
export function plausible(weeks: number, size = 1500, seed = 1): AnswerSource {
  const random = mulberry(seed);
  const definition = everyKind();
  const rows: Record<string, TallyRow[]> = {};
  const sessions = new Map<number, number>();
  for (const report of definition.reports) {
    const found = new Map<string, TallyRow>();
    const count = report.window === "week" ? weeks : weeks * 7;
    for (let at = 0; at < count; at++) {
      const share = (at + count / 3) / (count * 1.3);
      const reports = Math.round(size * share * (0.92 + 0.16 * random()) * (report.window === "day" ? 0.35 : 1));
      const window = report.window === "week" ? WEEK + at : MONDAY + at;
      for (let number = 0; number < reports; number++) {
        const values = formatValues(valuesOf(report, at / count, random));
        const key = `${window} ${values}`;
        found.set(key, { window, values, count: (found.get(key)?.count ?? 0) + 1 });
      }
      if (report.window === "day") sessions.set(window, Math.round(reports * 1.7));
    }
    rows[report.name] = [...found.values()];
  }
  return sourceOf(rows, logFor(weeks, random), sessions);
}

function logFor(weeks: number, random: () => number): SegmentLosses[] {
  const hours = weeks * 168 + 11;
  return Array.from({ length: hours }, (_, hour) => {
    const start = MONDAY * 86_400 + hour * 3600;
    const made = segment(start, start + 3600, 8 + Math.floor(random() * 5));
    const frames = { ...made.frames, foreign: 300, duplicate: hour % 3, late: hour % 50 === 0 ? 1 : 0, taken: 12 };
    return { ...made, frames, messages: { ...made.messages, rejected: hour % 90 === 0 ? 1 : 0 } };
  });
}

function valuesOf({ fields, rotate }: ReportDefinition, time: number, random: () => number): Map<string, Value> {
  const drawn = rotate[Math.floor(random() * rotate.length)];
  const values = new Map<string, Value>();
  for (const given of fields) {
    if (given.kind === "session" || (rotate.includes(given.name) && given.name !== drawn)) continue;
    if (given.kind === "platform" && random() < 0.004) continue;
    values.set(given.name, blurred(given, trueAnswer(given, time, values, random), random));
  }
  return values;
}

function trueAnswer(given: Field, time: number, values: Map<string, Value>, random: () => number): Value {
  switch (given.kind) {
    case "runner":
      return pick(RUNNERS, random);
    case "age": {
      if (["ci", "container"].includes(String(values.get("runner")))) return 1;
      return pick(
        [
          [1, 3 - time],
          [2, 2],
          [3, 1 + 4 * time],
          [4, time > 0.4 ? 6 * (time - 0.4) : 0],
        ],
        random,
      );
    }
    case "version":
      return pick(
        Array.from({ length: 14 }, (_, index) => {
          const born = index / 12 - 0.3;
          const fresh = time > born ? Math.exp(-6 * (time - born)) * Math.min(1, 8 * (time - born)) : 0;
          return [`1.${Math.floor(index / 2) + 4}.${(index % 2) * 3}`, fresh + 0.002] as const;
        }),
        random,
      );
    case "boolean":
      return random() < 0.83 - 0.2 * time;
    case "choice":
    case "platform":
      return pick(
        [...given.values, OTHER].map((value, index) => [value, 1 / (index + 1) ** 1.6] as const),
        random,
      );
    case "bucket":
      return Math.min(given.bounds.length, Math.floor(-Math.log(random()) * 1.4));
    case "counter":
      if (given.values === undefined) return Math.floor(-Math.log(random()) * 12);
      return Object.fromEntries(
        [...given.values, OTHER].flatMap((value, index) => {
          const count = Math.floor(-Math.log(random()) * (1.2 - 0.3 * index));
          return count > 0 ? [[value, count]] : [];
        }),
      );
    default:
      throw new Error(given.kind);
  }
}

/** What a client makes of a true answer. */
function blurred(given: Field, value: Value, random: () => number): Value {
  if (given.kind !== "choice" || given.epsilon === undefined) return value;
  const answers = [...given.values, OTHER];
  const kept = 1 / (1 + (answers.length - 1) * Math.exp(-given.epsilon));
  if (random() < kept) return value;
  const others = answers.filter((answer) => answer !== value);
  return others[Math.floor(random() * others.length)] as string;
}

function pick<T>(weighted: Weighted<T>, random: () => number): T {
  let rest = random() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return (weighted.at(-1) as readonly [T, number])[0];
}

/** Tommy Ettinger's mulberry32: small, and good enough to look plausible. */
export function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
