import { dayOfDate } from "./date.ts";
import { readAddress, readLine } from "./definitiontext.ts";
import { type JsonReader, refuseRepeated } from "./jsonreader.ts";
import { DAY_SECONDS } from "./week.ts";

/** What a value that is not listed is reported as. */
export const OTHER = "other";

/** The wire key that no field may have: in a report with counters it says how many windows back they were counted. */
export const WINDOWS_BACK_KEY = "w";

/** Descriptions and reasons are read in a question on a terminal, not in a manual. */
export const MAX_DESCRIPTION_CHARACTERS = 500;

const MAX_OWNER_CHARACTERS = 80;

/** Listed values of a field, and ranges of a bucket less one: what a person still reviews. */
const MAX_VALUES = 64;
const MAX_BOUNDS = 32;

/** Where one report may add more, one false report could drown all true ones. */
const MAX_CLIP = 1_000_000;

/** Beyond it, the true value is kept with a probability that cannot be told from 1. */
const MAX_EPSILON = 16;

const KEY = /^[a-z][a-z0-9]{0,3}$/;
const VALUE = /^[A-Za-z0-9][A-Za-z0-9._+:/-]{0,31}$/;

const KINDS = ["boolean", "choice", "version", "bucket", "counter", "age", "runner", "platform", "session"] as const;

/** What a field can be. */
export type FieldKind = (typeof KINDS)[number];

/** The members that only some kinds of fields have. */
const KINDS_WITH = {
  values: ["choice", "counter", "platform"],
  bounds: ["bucket"],
  max: ["counter"],
  epsilon: ["boolean", "choice", "bucket"],
} as const satisfies Readonly<Record<string, readonly FieldKind[]>>;

type KindMember = keyof typeof KINDS_WITH;

interface FieldBase {
  /** As the program and the figures call it. */
  readonly name: string;
  /** As reports call it: 1 to 4 lower-case letters and digits, never `w`. */
  readonly key: string;
  readonly description: string;
  /** What the project needs it for. */
  readonly reason: string;
  /** A page that says more. */
  readonly link?: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The first day on which it is not collected any more, in days since 1970-01-01 UTC. */
  readonly expires: number;
}

/** What may be answered at random instead of truly. */
interface MayBePrivate {
  /** Parameter of the k-ary randomised response, above 0 to 16; absent when the true value is reported. */
  readonly epsilon?: number;
}

/** Yes or no. */
export interface BooleanField extends FieldBase, MayBePrivate {
  readonly kind: "boolean";
}

/** One of the listed values, or {@link OTHER}. */
export interface ChoiceField extends FieldBase, MayBePrivate {
  readonly kind: "choice";
  /** 1 to 64, without {@link OTHER}. */
  readonly values: readonly string[];
}

/** The range that a number is in. */
export interface BucketField extends FieldBase, MayBePrivate {
  readonly kind: "bucket";
  /**
   * 1 to 32, ascending. Of n bounds there are n + 1 ranges: below the first, from each up to and without the next,
   * from the last up.
   */
  readonly bounds: readonly number[];
}

/** How often something happened in a window. */
export interface CounterField extends FieldBase {
  readonly kind: "counter";
  /** Counts of a report are clipped to it, each by itself; 1 to 1,000,000. */
  readonly max: number;
  /** Counted by these and {@link OTHER}; absent when there is one count. */
  readonly values?: readonly string[];
}

/** Operating system and architecture: one of the listed, `linux-x64`, or {@link OTHER}. */
export interface PlatformField extends FieldBase {
  readonly kind: "platform";
  /** 1 to 64, without {@link OTHER}. */
  readonly values: readonly string[];
}

/** What is measured in the same way in every project. */
export interface StandardField extends FieldBase {
  readonly kind: "version" | "age" | "runner" | "session";
}

/** Something that a report tells. */
export type Field = BooleanField | ChoiceField | BucketField | CounterField | PlatformField | StandardField;

/**
 * Whether a field is not collected any more.
 *
 * @param day days since 1970-01-01 UTC.
 */
export function isExpired({ expires }: Pick<Field, "expires">, day: number): boolean {
  return day >= expires;
}

/** Reads one field; what is wrong is noted at its place. */
export function readField(name: string, place: JsonReader): Field {
  const members = place.members("an object that describes a field", [
    "key",
    "kind",
    "description",
    "reason",
    "link",
    "owner",
    "expires",
    "values",
    "bounds",
    "max",
    "epsilon",
  ]);
  const kind = members.kind.oneOf(KINDS);
  const base = {
    name,
    key: readKey(members.key),
    description: readLine(members.description, MAX_DESCRIPTION_CHARACTERS),
    reason: readLine(members.reason, MAX_DESCRIPTION_CHARACTERS),
    ...(members.link.isGiven ? { link: readAddress(members.link) } : {}),
    owner: readLine(members.owner, MAX_OWNER_CHARACTERS),
    expires: readDate(members.expires),
  };
  // Of a kind that is not known, nobody can say what belongs to it.
  if (kind === members.kind.value) refuseOfOtherKinds(kind, members);
  const { values, bounds, max, epsilon } = members;
  const noise = epsilon.isGiven ? { epsilon: readEpsilon(epsilon) } : {};
  switch (kind) {
    case "boolean":
      return { ...base, kind, ...noise };
    case "choice":
      return { ...base, kind, values: readValues(values), ...noise };
    case "bucket":
      return { ...base, kind, bounds: readBounds(bounds), ...noise };
    case "counter":
      return { ...base, kind, max: max.whole(1, MAX_CLIP), ...(values.isGiven ? { values: readValues(values) } : {}) };
    case "platform":
      return { ...base, kind, values: readValues(values) };
    default:
      return { ...base, kind };
  }
}

/** Reads again what {@link readField} accepted. */
export function rereadField(name: string, given: GivenField): Field {
  return { ...given, name, expires: Date.parse(given.expires) / (DAY_SECONDS * 1000) } as Field;
}

/** A field as a definition writes it. */
export interface GivenField extends Omit<FieldBase, "name" | "expires"> {
  readonly expires: string;
}

function refuseOfOtherKinds(kind: FieldKind, members: Readonly<Record<KindMember, JsonReader>>): void {
  for (const name of ["values", "bounds", "max", "epsilon"] as const) {
    const kinds: readonly FieldKind[] = KINDS_WITH[name];
    if (members[name].isGiven && !kinds.includes(kind)) members[name].refuse(`is not for fields of kind ${kind}`);
  }
}

function readKey(place: JsonReader): string {
  const key = place.text("1 to 4 lower-case letters and digits, the first a letter", (text) => KEY.test(text));
  if (key === WINDOWS_BACK_KEY) place.refuse(`is not ${WINDOWS_BACK_KEY}, which is reserved for windows back`);
  return key;
}

function readDate(place: JsonReader): number {
  return dayOfDate(place.text("a date, 2026-11-23", (text) => dayOfDate(text) !== null)) ?? Number.NaN;
}

function readValues(place: JsonReader): string[] {
  const items = place.items("values", 1, MAX_VALUES);
  const values = items.map((item) => item.text('1 to 32 of A-Z a-z 0-9 . _ + : / -, like "build"', isValue));
  refuseRepeated(
    items.map((item, index) => ({ place: item, value: values[index] ?? "" })),
    "is listed already",
  );
  for (const item of items) {
    if (item.value === OTHER) item.refuse(`is not ${OTHER}, which everything that is not listed is reported as`);
  }
  return values;
}

function isValue(text: string): boolean {
  return VALUE.test(text);
}

function readBounds(place: JsonReader): number[] {
  const items = place.items("ascending numbers", 1, MAX_BOUNDS);
  const bounds = items.map((item) => item.number("a number", Number.isFinite));
  for (const [index, item] of items.entries()) {
    const before = bounds[index - 1];
    if (before !== undefined && !((bounds[index] as number) > before) && !Number.isNaN(before)) {
      item.refuse("is greater than the bound before it");
    }
  }
  return bounds;
}

function readEpsilon(place: JsonReader): number {
  return place.number(`a number above 0, at most ${MAX_EPSILON}`, (number) => number > 0 && number <= MAX_EPSILON);
}
