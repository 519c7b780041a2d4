// Over 300 lines: one list of rules, each with what keeps and what breaks it, which parser and schema share.
import { completeDefinition, keyText, type Path, rawField, withValue } from "./definitions.ts";

const FIELDS = ["reports", "weekly", "fields"] as const;
const long = (length: number) => "x".repeat(length);
const listOf = (length: number) => Array.from({ length }, (_, index) => `v${index}`);

/** A change of {@link completeDefinition}: another value at a place, none at all where it is undefined. */
export interface Change {
  readonly why: string;
  readonly path: Path;
  readonly value: unknown;
}

/** A change that makes a definition one that is refused. */
export interface Breach extends Change {
  /** What the problem says; its place is `path` unless `at` says otherwise. */
  readonly message: string;
  readonly at?: Path;
  /** A rule that JSON Schema cannot state. */
  readonly beyondSchema?: true;
}

/** The definition with a change made. */
export function changed({ path, value }: Change): unknown {
  return withValue(completeDefinition(), path, value);
}

const good = (why: string, path: Path, value: unknown): Change => ({ why, path, value });
const bad = (why: string, path: Path, value: unknown, message: string, at: Path = path): Breach => {
  return { why, path, value, message, at };
};
const beyond = (...breach: Parameters<typeof bad>): Breach => ({ ...bad(...breach), beyondSchema: true });
const field = (name: string, ...rest: (string | number)[]): Path => [...FIELDS, name, ...rest];

const LINE = (max: number) => `is one line of 1 to ${max} characters`;
const ADDRESS = "is an https address, https://example.net/telemetry";
const CONTACT = "is a mail address or an https address, of at most 200 characters";
const DATE = "is a date, 2026-11-23";
const VALUE = 'is 1 to 32 of A-Z a-z 0-9 . _ + : / -, like "build"';
const KEY = "is 1 to 4 lower-case letters and digits, the first a letter";
const ZONE_LABELS = "cannot be used: a zone's name is host labels joined by dots, like r.example.net";
const UNKNOWN = "is not known here";
const TWICE = "is listed already";
const FIELD_NAME =
  "has a name that is not one: 1 to 32 lower-case letters, digits, underscores and hyphens, the first a letter";

export const GOOD: readonly Change[] = [
  good("nothing changed", ["sotto"], 1),
  good("an empty $schema", ["$schema"], ""),
  ...["$schema", "title", "about", "contact", "consent", "ciSample"].map((name) =>
    good(`no ${name}`, [name], undefined),
  ),
  good("a project of 32 characters", ["project"], long(32)),
  good("a project of digits and hyphens", ["project"], "-0-"),
  good("a title of 80 characters beyond the BMP", ["title"], "😀".repeat(80)),
  good("a title from right to left", ["title"], "\u200fשלום"),
  good("an about with a port, a query and a fragment", ["about"], "https://a:8443/x?y=%20&z[]=1#f"),
  good("an about of a host alone", ["about"], "https://localhost"),
  good("a contact that is a page", ["contact"], "https://a.example/contact"),
  good("one zone without anything else", ["zones"], [{ zone: "r.example.net" }]),
  good("a zone in upper case with a dot behind it", ["zones", 0, "zone"], "R.Example.NET."),
  good("a zone of 61 characters and a dot", ["zones", 0, "zone"], `${long(30)}.${long(30)}.`),
  good("no ack address", ["zones", 0, "ack"], []),
  good("no bits, as the number 0", ["zones", 0, "bits"], 0),
  good("22 bits", ["zones", 0, "bits"], 22),
  good("no keys", ["keys"], []),
  good("a key in upper case", ["keys", 0, "key"], keyText(2).toUpperCase()),
  good("an epoch of a week", ["keys", 0, "until"], "2026-11-30"),
  good("a sample of everything", ["ciSample"], 1),
  good("a sample of next to nothing", ["ciSample"], 1e-300),
  good("a report named like an object's own member", ["reports", "constructor"], {
    window: "day",
    description: "x",
    fields: { valueof: rawField("a", "age") },
  }),
  good("a description of 500 characters", ["reports", "weekly", "description"], long(500)),
  good("no reports at all", ["reports"], undefined),
  good("no report", ["reports"], {}),
  good("no rotate", ["reports", "weekly", "rotate"], undefined),
  good("counters that rotate", ["reports", "daily", "rotate"], ["errors", "runs"]),
  good("a key of 4 characters", field("version", "key"), "v234"),
  good("a field called w", [...FIELDS, "w"], rawField("ww", "age")),
  good("a field called like a counter of another report, but none", [...FIELDS, "runs"], rawField("z", "age")),
  good("a field that expired long ago", field("version", "expires"), "1970-01-01"),
  good("a leap day", field("version", "expires"), "2028-02-29"),
  good("no epsilon", field("command", "epsilon"), undefined),
  good("64 values", field("command", "values"), listOf(64)),
  good("values that differ in case", field("command", "values"), ["build", "Build", "Other"]),
  good("a value of all signs", field("command", "values"), ["0._+:/-"]),
  good("a bound", field("files", "bounds"), [-1.5]),
  good("32 bounds", field("files", "bounds"), [...Array(32).keys()]),
  good("a counter clipped at 1", ["reports", "daily", "fields", "runs", "max"], 1),
  good("a counter clipped at a million", ["reports", "daily", "fields", "runs", "max"], 1_000_000),
];

export const BAD: readonly Breach[] = [
  bad("an array", [], [], "is a JSON object"),
  bad("null", [], null, "is a JSON object"),
  bad("no version", ["sotto"], undefined, "is missing: 1, the version of the format"),
  bad("version 0", ["sotto"], 0, "is 1, the version of the format"),
  bad("version 1 as a text", ["sotto"], "1", "is 1, the version of the format"),
  bad("a newer version", ["sotto"], 2, "is made for a newer sotto", []),
  bad("a $schema that is a number", ["$schema"], 1, "is the address of a JSON Schema"),
  bad("an unknown member", ["Title"], "x", UNKNOWN),
  bad("an empty name", [""], "x", UNKNOWN, ['""']),
  bad("no project", ["project"], undefined, "is missing: 1 to 32 lower-case letters, digits and hyphens"),
  ...["", long(33), "Left-pad", "left_pad", "left.pad", "left-pad\n"].map((project) =>
    bad(
      `the project ${JSON.stringify(project)}`,
      ["project"],
      project,
      "is 1 to 32 lower-case letters, digits and hyphens",
    ),
  ),
  ...["", " \t", "a\nb", "a\u0000", "\u001b[2J", "a\u0085", "a\u2028b", "a\u202eb", "\u2066a", long(81)].map((title) =>
    bad(`the title ${JSON.stringify(title).slice(0, 12)}`, ["title"], title, LINE(80)),
  ),
  ...[
    "",
    "http://a.example",
    "https://",
    "https://a b",
    "https://user@a.example",
    "HTTPS://a.example",
    "https://a..example",
    "https://-a.example",
    "https://a.example/ä",
    "https://a.example/a b",
    'https://a.example/"',
    "https://a.example/\\",
    "https://[::1]/",
    "https://a.example:123456",
    "https://a.example\n",
    "javascript:alert(1)//https://a",
    `https://a/${long(491)}`,
  ].map((about) => bad(`the about ${JSON.stringify(about).slice(0, 40)}`, ["about"], about, ADDRESS)),
  ...["", "nobody", "a@b c", "<a@b.example>", "a@", "@b", "a@b\n", "mailto:a@b", `a@${long(199)}`].map((contact) =>
    bad(`the contact ${JSON.stringify(contact).slice(0, 30)}`, ["contact"], contact, CONTACT),
  ),
  ...["Ask", "never", "", true, null].map((consent) =>
    bad(`the consent ${JSON.stringify(consent)}`, ["consent"], consent, 'is "ask" or "notice"'),
  ),
  bad("no zones at all", ["zones"], undefined, "is missing: a list of 1 to 4 zones"),
  bad("an empty list of zones", ["zones"], [], "is a list of 1 to 4 zones"),
  bad(
    "five zones",
    ["zones"],
    listOf(5).map((zone) => ({ zone })),
    "is a list of 1 to 4 zones",
  ),
  bad("a zone that is a text", ["zones", 0], "r.example.net", 'is an object, {"zone":"r.example.net"}'),
  bad("a zone without a name", ["zones", 0, "zone"], undefined, "is missing: a zone's name, r.example.net"),
  ...["", ".", "a..b", "-a", "a-.b", "a b", "r.example.net..", "ä.example", "\u212a.example", "a\n"].map((zone) =>
    bad(`the zone ${JSON.stringify(zone)}`, ["zones", 0, "zone"], zone, ZONE_LABELS),
  ),
  bad(
    "a zone of 62 characters",
    ["zones", 0, "zone"],
    `${long(31)}.${long(30)}`,
    "cannot be used: a zone's name has at most 61 characters, this has 62",
  ),
  beyond("a zone twice", ["zones", 1, "zone"], "R.EXAMPLE.net.", TWICE),
  bad("an unknown member of a zone", ["zones", 0, "nak"], "198.18.0.9", UNKNOWN),
  bad("nine ack addresses", ["zones", 0, "ack"], listOf(9), "is a list of 0 to 8 IPv4 addresses"),
  bad("an ack twice", ["zones", 0, "ack"], ["1.2.3.4", "1.2.3.4"], TWICE, ["zones", 0, "ack", 1]),
  ...["::1", "1.2.3", "1.2.3.256", "1.2.3.04", "1.2.3.4.", "1.2.3.4:53", " 1.2.3.4", "", 16909060].map((ack) =>
    bad(`the ack ${JSON.stringify(ack)}`, ["zones", 0, "ack", 0], ack, "is an IPv4 address, 198.18.0.7"),
  ),
  ...[-1, 23, 1.5, "18", null].map((bits) =>
    bad(`bits of ${JSON.stringify(bits)}`, ["zones", 0, "bits"], bits, "is a whole number from 0 to 22"),
  ),
  bad("no list of keys", ["keys"], undefined, "is missing: a list of 0 to 1000 keys"),
  bad("1001 keys", ["keys"], Array(1001).fill(1), "is a list of 0 to 1000 keys"),
  bad("a key that is a text", ["keys", 0], keyText(0), 'is an object, {"key":"sotto1...","from":"2026-11-23"}'),
  bad("a key that is null", ["keys", 0], null, 'is an object, {"key":"sotto1...","from":"2026-11-23"}'),
  bad("a key without its text", ["keys", 0, "key"], undefined, "is a public key, sotto1..."),
  bad("a key without from", ["keys", 0, "from"], undefined, DATE),
  bad("an unknown member of a key", ["keys", 0, "to"], "2026-12-07", UNKNOWN),
  bad("a from that is a time", ["keys", 0, "from"], "2026-11-23T00:00:00Z", DATE),
  beyond(
    "a from that is no Monday",
    ["keys", 0, "from"],
    "2026-11-24",
    "is a Monday, since epochs are whole weeks; 2026-11-24 is not",
  ),
  beyond(
    "an until that is no Monday",
    ["keys", 0, "until"],
    "2026-12-08",
    "is a Monday, since epochs are whole weeks; 2026-12-08 is not",
  ),
  beyond("an epoch of no weeks", ["keys", 0, "until"], "2026-11-23", "is a Monday after from"),
  beyond("a public key twice", ["keys", 1, "key"], keyText(0).toUpperCase(), TWICE),
  ...[0, -0.5, 1.01, "1/16", null].map((share) =>
    bad(`a sample of ${JSON.stringify(share)}`, ["ciSample"], share, "is a number above 0, at most 1"),
  ),
  bad("a list of reports", ["reports"], [{}], "is an object of 0 to 16 reports by their names"),
  bad(
    "17 reports",
    ["reports"],
    Object.fromEntries(listOf(17).map((name) => [name, 1])),
    "is an object of 0 to 16 reports by their names",
  ),
  ...["Weekly", "1st", "-a", "a_b", "a.b", long(33), "__proto__"].map((name) =>
    bad(
      `a report named ${name.slice(0, 12)}`,
      ["reports", name],
      { window: "day", description: "x", fields: { a: rawField("a", "age") } },
      "has a name that is not one: 1 to 32 lower-case letters, digits and hyphens, the first a letter",
    ),
  ),
  bad("a report that is null", ["reports", "daily"], null, "is an object that describes a report"),
  bad("an unknown member of a report", ["reports", "daily", "__proto__"], {}, UNKNOWN),
  bad("a window of a month", ["reports", "daily", "window"], "month", 'is "week" or "day"'),
  bad("no window", ["reports", "daily", "window"], undefined, 'is missing: "week" or "day"'),
  bad(
    "a report without a description",
    ["reports", "daily", "description"],
    undefined,
    `is missing: ${LINE(500).slice(3)}`,
  ),
  bad("no field", ["reports", "daily", "fields"], {}, "is an object of 1 to 32 fields by their names"),
  bad(
    "33 fields",
    ["reports", "daily", "fields"],
    Object.fromEntries(listOf(33).map((name, index) => [name, rawField(`k${index}`, "age")])),
    "is an object of 1 to 32 fields by their names",
  ),
  ...["Files", "7z", "_a", "a.b", "a b", "", long(33)].map((name) =>
    bad(`a field named '${name.slice(0, 12)}'`, field(name), rawField("z", "age"), FIELD_NAME, field(name || '""')),
  ),
  bad("a rotation of one", ["reports", "weekly", "rotate"], ["files"], "is a list of 2 to 32 names of fields"),
  bad("no rotation", ["reports", "weekly", "rotate"], [], "is a list of 2 to 32 names of fields"),
  beyond(
    "a rotation of no field",
    ["reports", "weekly", "rotate", 1],
    "flies",
    "is the name of a field of this report",
  ),
  beyond(
    "a rotation of another report's field",
    ["reports", "weekly", "rotate", 0],
    "runs",
    "is the name of a field of this report",
  ),
  bad(
    "a rotation of what every object has",
    ["reports", "weekly", "rotate", 0],
    "toString",
    "is the name of a field of this report",
  ),
  bad("a rotation that names a field twice", ["reports", "weekly", "rotate", 1], "command", TWICE),
  bad("a field that is a text", field("age"), "age", "is an object that describes a field"),
  ...["key", "description", "reason", "owner", "expires", "kind"].map((name) =>
    bad(`a field without ${name}`, field("age", name), undefined, "is missing: "),
  ),
  ...["", "V", "1", "v2345", "v-", "é"].map((key) => bad(`the key '${key}'`, field("version", "key"), key, KEY)),
  bad("the key w", field("version", "key"), "w", "is not w, which is reserved for windows back"),
  beyond("a key twice", field("version", "key"), "c", "is another field's key already"),
  bad("an unknown kind", field("version", "kind"), "text", 'is "boolean" or "choice" or "version" or "bucket"'),
  bad("a kind that every object has", field("version", "kind"), "constructor", 'is "boolean" or'),
  bad("a description of 501 characters", field("age", "description"), long(501), LINE(500)),
  bad("a description of two lines", field("age", "description"), "a\nb", LINE(500)),
  bad("a reason of blanks", field("age", "reason"), "  ", LINE(500)),
  bad("a link that is no https", field("age", "link"), "http://a.example", ADDRESS),
  bad("an owner of 81 characters", field("age", "owner"), long(81), LINE(80)),
  ...["never", "2026-13-01", "2026-1-1", "26-11-23", "1969-12-31", "2026-00-10", "2026-11-23 ", 20780].map((date) =>
    bad(`the expiry date ${JSON.stringify(date)}`, field("age", "expires"), date, DATE),
  ),
  beyond("a day that no calendar has", field("age", "expires"), "2026-02-29", DATE),
  bad("a mistyped epsilon", field("command", "epsilom"), 1, UNKNOWN),
  ...[0, -1, 16.1, "2", null].map((epsilon) =>
    bad(
      `an epsilon of ${JSON.stringify(epsilon)}`,
      field("tty", "epsilon"),
      epsilon,
      "is a number above 0, at most 16",
    ),
  ),
  ...["version", "age", "runner", "platform", "session"].map((name) =>
    bad(`an epsilon of kind ${name}`, field(name, "epsilon"), 2, `is not for fields of kind ${name}`),
  ),
  bad(
    "an epsilon of a counter",
    ["reports", "daily", "fields", "runs", "epsilon"],
    2,
    "is not for fields of kind counter",
  ),
  ...["tty", "version", "files", "age", "runner", "session"].map((name) =>
    bad(`values of the field ${name}`, field(name, "values"), ["a"], "is not for fields of kind "),
  ),
  ...["tty", "command", "version", "age", "runner", "platform", "session"].map((name) =>
    bad(`bounds of the field ${name}`, field(name, "bounds"), [1], "is not for fields of kind "),
  ),
  ...["tty", "command", "version", "files", "age", "runner", "platform", "session"].map((name) =>
    bad(`a max of the field ${name}`, field(name, "max"), 1, "is not for fields of kind "),
  ),
  bad("a choice without values", field("command", "values"), undefined, "is missing: a list of 1 to 64 values"),
  bad("a platform without values", field("platform", "values"), undefined, "is missing: a list of 1 to 64 values"),
  bad("a choice of nothing", field("command", "values"), [], "is a list of 1 to 64 values"),
  bad("65 values", field("command", "values"), listOf(65), "is a list of 1 to 64 values"),
  ...["", "-a", ".a", "a b", "é", "a\n", long(33), "a,b", 1, null].map((value) =>
    bad(`the value ${JSON.stringify(value).slice(0, 12)}`, field("command", "values", 1), value, VALUE),
  ),
  bad(
    "other among the values",
    field("command", "values", 1),
    "other",
    "is not other, which everything that is not listed is reported as",
  ),
  bad("a value twice", field("command", "values", 1), "build", TWICE),
  bad("a value of a counter that is none", ["reports", "daily", "fields", "errors", "values", 0], "E IO", VALUE),
  bad(
    "a bucket without bounds",
    field("files", "bounds"),
    undefined,
    "is missing: a list of 1 to 32 ascending numbers",
  ),
  bad("no bounds", field("files", "bounds"), [], "is a list of 1 to 32 ascending numbers"),
  bad("33 bounds", field("files", "bounds"), [...Array(33).keys()], "is a list of 1 to 32 ascending numbers"),
  bad("a bound that is a text", field("files", "bounds", 1), "10", "is a number"),
  beyond("bounds that descend", field("files", "bounds", 1), -1, "is greater than the bound before it"),
  bad("a bound twice", field("files", "bounds", 1), 0, "is greater than the bound before it"),
  bad(
    "a counter without max",
    ["reports", "daily", "fields", "runs", "max"],
    undefined,
    "is missing: a whole number from 1 to 1000000",
  ),
  ...[0, -1, 1.5, 1_000_001, "10"].map((max) =>
    bad(
      `a max of ${JSON.stringify(max)}`,
      ["reports", "daily", "fields", "runs", "max"],
      max,
      "is a whole number from 1 to 1000000",
    ),
  ),
  beyond(
    "a counter of another report's name",
    ["reports", "weekly", "fields", "runs"],
    rawField("z", "counter", { max: 1 }),
    "has the name of another report's counter, and programs count by the name alone",
    ["reports", "daily", "fields", "runs"],
  ),
];
