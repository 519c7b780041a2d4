import { type Definition, dateOfDay, type EpochKey, type Field, type ReportDefinition, toHex } from "@sotto/wire";
import type { Finding, Level } from "./finding.ts";

/**
 * What a new definition changes of an old one. Programs that were released with the old one go on reporting by it, and
 * reports do not say which they obey: fields may come and go, but never mean something else.
 *
 * @returns findings with paths of the new definition; what is gone has its old path.
 */
export function compareDefinitions(old: Definition, now: Definition): Finding[] {
  return [
    ...changed("error", "project", old.project, now.project, ": consent and stop lists go by it"),
    ...changed("note", "consent", old.consent, now.consent),
    ...compareZones(old, now),
    ...compareKeys(old.keys, now.keys),
    ...changed("warning", "ciSample", old.ciSample, now.ciSample, ": reports of CI jobs are multiplied by it"),
    ...compareNamed(old.reports, now.reports, "reports", compareReports),
  ];
}

function compareZones(old: Definition, now: Definition): Finding[] {
  const kept = new Set(now.zones.map(({ zone }) => zone));
  return old.zones
    .filter(({ zone }) => !kept.has(zone))
    .map(({ zone }) => ({ level: "note", path: "zones", message: `no longer has ${zone}, where old programs send` }));
}

function compareKeys(old: readonly EpochKey[], now: readonly EpochKey[]): Finding[] {
  const before = new Map(old.map((key) => [toHex(key.publicKey), key]));
  return now.flatMap((key, index) => {
    const was = before.get(toHex(key.publicKey));
    return was === undefined ? [] : changed("warning", `keys[${index}]`, epoch(was), epoch(key));
  });
}

function epoch({ from, until }: EpochKey): string {
  return `${dateOfDay(from)} to ${dateOfDay(until)}`;
}

type Compare<Item> = (old: Item, now: Item, path: string) => Finding[];

/** What stays is compared, what came or went is noted. */
function compareNamed<Item extends { readonly name: string }>(
  old: readonly Item[],
  now: readonly Item[],
  path: string,
  compare: Compare<Item>,
): Finding[] {
  const before = new Map(old.map((item) => [item.name, item]));
  const after = new Set(now.map(({ name }) => name));
  return [
    ...now.flatMap((item) => {
      const was = before.get(item.name);
      const place = `${path}.${item.name}`;
      return was === undefined ? [note(place, "is new: users are told, or asked again")] : compare(was, item, place);
    }),
    ...old.filter(({ name }) => !after.has(name)).map(({ name }) => note(`${path}.${name}`, "is retired")),
  ];
}

const compareReports: Compare<ReportDefinition> = (old, now, path) => [
  ...changed("error", `${path}.window`, old.window, now.window),
  ...reworded(`${path}.description`, old.description, now.description),
  ...compareRotation(old, now, path),
  ...compareNamed(old.fields, now.fields, `${path}.fields`, compareFields),
  ...reusedKeys(old, now, path),
];

function compareRotation(old: ReportDefinition, now: ReportDefinition, path: string): Finding[] {
  const [was, is] = [old, now].map(({ rotate }) => rotate.toSorted().join(", ") || "nothing");
  return changed("warning", `${path}.rotate`, was, is, ": figures are scaled by the list's length");
}

/** Old programs go on sending a wire key in its old meaning. */
function reusedKeys(old: ReportDefinition, now: ReportDefinition, path: string): Finding[] {
  const before = new Map(old.fields.map(({ key, name }) => [key, name]));
  return now.fields.flatMap(({ key, name }): Finding[] => {
    const was = before.get(key);
    if (was === undefined || was === name) return [];
    const message = `is ${key}, under which old programs report ${was}: take one that was never used`;
    return [{ level: "error", path: `${path}.fields.${name}.key`, message }];
  });
}

const compareFields: Compare<Field> = (old, now, path) => [
  ...changed("error", `${path}.key`, old.key, now.key),
  ...changed("error", `${path}.kind`, old.kind, now.kind),
  ...(old.kind === now.kind ? compareMeaning(old, now, path) : []),
  ...changed("note", `${path}.expires`, dateOfDay(old.expires), dateOfDay(now.expires)),
  ...reworded(`${path}.description`, old.description, now.description),
  ...reworded(`${path}.reason`, old.reason, now.reason),
  ...reworded(`${path}.owner`, old.owner, now.owner),
  ...reworded(`${path}.link`, old.link, now.link),
];

function compareMeaning(old: Field, now: Field, path: string): Finding[] {
  const [was, is] = [membersOf(old), membersOf(now)];
  return [
    ...compareValues(was, is, `${path}.values`),
    ...changed("error", `${path}.bounds`, was.bounds?.join(", "), is.bounds?.join(", ")),
    ...changed("error", `${path}.epsilon`, was.epsilon, is.epsilon),
    ...changed("warning", `${path}.max`, was.max, is.max, ": counts are clipped to it"),
  ];
}

/** The members that only some kinds have. */
interface KindMembers {
  readonly kind: Field["kind"];
  readonly values?: readonly string[];
  readonly bounds?: readonly number[];
  readonly epsilon?: number;
  readonly max?: number;
}

function membersOf(field: Field): KindMembers {
  return field;
}

/** Values go by their names, so their order means nothing. */
function compareValues(old: KindMembers, now: KindMembers, path: string): Finding[] {
  if (old.values === undefined || now.values === undefined) {
    return changed("error", path, old.values?.join(", "), now.values?.join(", "));
  }
  const gone = old.values.filter((value) => !now.values?.includes(value));
  const added = now.values.filter((value) => !old.values?.includes(value));
  return [
    ...gone.map((value): Finding => {
      return { level: "error", path, message: `no longer has ${value}, which old programs report` };
    }),
    ...(added.length === 0 ? [] : [addedValues(added, path, now.epsilon !== undefined)]),
  ];
}

/** With noise, each value more changes how often every other one is answered by chance. */
function addedValues(added: readonly string[], path: string, isNoisy: boolean): Finding {
  const message = `has ${added.join(", ")} added`;
  if (!isNoisy) return note(path, `${message}, which old programs report as other`);
  return { level: "error", path, message: `${message}: the noise of old reports is of fewer values` };
}

function changed(
  level: Level,
  path: string,
  old: string | number | undefined,
  now: string | number | undefined,
  why = "",
): Finding[] {
  if (old === now) return [];
  return [{ level, path, message: `was ${old ?? "not there"}, is ${now ?? "gone"}${why}` }];
}

function reworded(path: string, old: string | undefined, now: string | undefined): Finding[] {
  return old === now ? [] : [note(path, "has other words")];
}

function note(path: string, message: string): Finding {
  return { level: "note", path, message };
}
