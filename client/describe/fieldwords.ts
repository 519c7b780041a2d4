import { type BucketField, type Field, OTHER } from "@sotto/wire";
import { answersOf } from "../check/cells.ts";
import { keptShare } from "../check/noise.ts";
import { type RUNNERS, SESSION_CHARACTERS, type WireValue } from "../check/size.ts";
import { code, type Inline, joined, type Line } from "./document.ts";

type Window = "week" | "day";

/** The steps of the kind `age`, in windows since the first (docs/definition.md, "age"). */
const AGE_STEPS = ["0 to 1", "2 to 4", "5 to 24", "25 or more"] as const;

const RUNNER_WORDS: Readonly<Record<(typeof RUNNERS)[number], string>> = {
  ci: "a CI job",
  agent: "an AI agent",
  container: "something in a container",
  terminal: "a person at a terminal",
  script: "anything else",
};

const NUMBERS = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 20 });

/** Everything that a field can say. */
export function possibleValues(field: Field, window: Window): Line {
  switch (field.kind) {
    case "boolean":
      return ["yes (", code("true"), ") or no (", code("false"), ")"];
    case "choice":
    case "platform":
      return [...joined(field.values.map(code)), "; ", code(OTHER), " for everything else"];
    case "version":
      return ["three numbers, as in ", code("1.4.2"), "; what follows them is cut off"];
    case "bucket":
      return ["a range, never the number itself: ", ...rangesOf(field)];
    case "counter":
      if (field.values === undefined) return [`a whole number; more than ${NUMBERS.format(field.max)} is sent as that`];
      return [
        `a whole number for each of `,
        ...joined(field.values.map(code)),
        " and, for everything else, ",
        code(OTHER),
        `; more than ${NUMBERS.format(field.max)} is sent as that`,
      ];
    case "age":
      return listed(AGE_STEPS.map((_, index) => [String(index + 1), ageInWords(index + 1, window)]));
    case "runner":
      return listed(Object.entries(RUNNER_WORDS));
    case "session":
      return [`${SESSION_CHARACTERS} letters and digits, drawn at random and dropped after ten idle minutes`];
  }
}

/** What a value of a field means. */
export function meaningOf(field: Field, value: WireValue, window: Window): Line {
  switch (field.kind) {
    case "boolean":
      return [value === true ? "yes" : "no"];
    case "bucket":
      return [rangeInWords(field, Number(value))];
    case "age":
      return [`${ageInWords(Number(value), window)} since counting began`];
    case "runner":
      return [RUNNER_WORDS[value as keyof typeof RUNNER_WORDS]];
    case "counter":
      if (typeof value !== "object") return [times(Number(value))];
      return joined(Object.entries(value).map(([of, count]) => `${of}: ${times(count)}`));
    case "session":
      return ["a random number"];
    default:
      return [String(value)];
  }
}

/** How the noise of a field works, with its own figures; none when it answers truly. */
export function noiseInWords(field: Field, window: Window): Line | null {
  const answers = answersOf(field);
  if (!("epsilon" in field) || field.epsilon === undefined || answers === null) return null;
  const kept = keptShare(answers, field.epsilon);
  const others = answers === 2 ? "the other one" : `one of the ${answers - 1} others`;
  return [
    `The answer is blurred before it leaves the machine: of ${answers} possible answers the true one is kept with a probability of ${percent(kept)}, otherwise ${others} is drawn and sent. `,
    `This is drawn once a ${window} and kept. Of a single report nobody can know whether it is true; figures of many can be corrected. (ε = ${field.epsilon})`,
  ];
}

/** `71 %`; next to 0 and to 100 with as many digits as it takes to tell. */
function percent(share: number): string {
  const hundred = share * 100;
  if (hundred > 99.99) return "more than 99.99 %";
  if (hundred > 99 || hundred < 1) return `${hundred.toFixed(2)} %`;
  return `${Math.round(hundred)} %`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${NUMBERS.format(count)} times`;
}

function rangesOf(field: BucketField): Inline[] {
  return listed([...field.bounds, 0].map((_, range) => [String(range), rangeInWords(field, range)]));
}

function rangeInWords({ bounds }: BucketField, range: number): string {
  const from = bounds[range - 1];
  const to = bounds[range];
  if (from === undefined) return `less than ${amount(to ?? 0)}`;
  return to === undefined ? `${amount(from)} or more` : `from ${amount(from)}, less than ${amount(to)}`;
}

/** Numbers too long to be read with all their digits are written as programs write them. */
function amount(number: number): string {
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e15 || size < 1e-6) ? String(number) : NUMBERS.format(number);
}

function ageInWords(step: number, window: Window): string {
  return `${AGE_STEPS[step - 1]} completed ${window}s`;
}

function listed(pairs: readonly (readonly [value: string, words: string])[]): Inline[] {
  return pairs.flatMap(([value, words], index) => [index === 0 ? "" : "; ", code(value), ` ${words}`]);
}
