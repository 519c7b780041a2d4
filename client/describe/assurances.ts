import { type Definition, isExpired, type ReportDefinition } from "@sotto/wire";
import { projectVariable } from "../consent/decision.ts";
import { type Block, code, type Line, link, paragraph, type Section, strong } from "./document.ts";

/** Who answers for the project. */
export function aboutSection({ project, title, contact, about }: Definition): Section {
  const terms: [string, Line][] = [
    ["Project", title === undefined ? [code(project)] : [`${title} (`, code(project), ")"]],
  ];
  if (contact !== undefined) terms.push(["Contact", [contactLink(contact)]]);
  if (about !== undefined) terms.push(["More about it", [link(about, about)]]);
  return { id: "about", heading: "Who asks", blocks: [{ type: "terms", terms }] };
}

function contactLink(contact: string) {
  if (contact.startsWith("https://")) return link(contact, contact);
  // A mailbox may hold ?, & and %, which would otherwise be read as more than its name.
  return link(contact, `mailto:${contact.split("@").map(encodeURIComponent).join("@")}`);
}

/** Whether users are asked, or told. */
export function consentSection({ consent, ciSample }: Definition): Section {
  const share = ciSample === 1 ? "every job" : `one job in ${oneIn(ciSample)}`;
  return {
    id: "consent",
    heading: "Whether you are asked",
    blocks: [
      paragraph(...(consent === "ask" ? ASKED : TOLD)),
      paragraph(
        "A yes holds for this project, and for the fields that it was given for. What is added later stays out until you are told or asked about it.",
      ),
      paragraph(`In CI nothing is sent unless the job’s environment says yes; ${share} then reports, drawn at random.`),
    ],
  };
}

const ASKED: Line = [
  strong("You are asked first."),
  " Before you say yes nothing is counted, written or sent. The question has no default answer, appears only on a terminal, and at most three times. No answer is a no.",
];

const TOLD: Line = [
  strong("You are told first."),
  " A notice appears on your terminal, and the run that shows it sends nothing. From then on reports are sent until you say no. Where no notice could be shown, nothing is sent.",
];

function oneIn(share: number): string {
  return String(Number((1 / share).toPrecision(3)));
}

/** Every way to say no, strongest first (docs: precedence of the client's rules). */
export function offSection({ project }: Definition): Section {
  const variable = projectVariable(project);
  const rows: Line[][] = [
    [[code("/etc/sotto/policy.json")], ["the administrator of a machine"], ["everybody on it"]],
    [[code("DO_NOT_TRACK=1")], ["the environment"], ["every program that honours it"]],
    [[code("SOTTO_TELEMETRY=off")], ["the environment"], ["every project that uses sotto"]],
    [[code(`${variable}=off`)], ["the environment"], ["this project"]],
    [
      [code(".sotto-opt-out")],
      ["a file in the working folder, one above it, or at home"],
      ["every project that uses sotto, there"],
    ],
    [
      [code("sotto-client disable"), " or the program’s own command"],
      ["your decision, which is kept"],
      ["this project, or all"],
    ],
  ];
  return {
    id: "off",
    heading: "How to switch it off",
    blocks: [
      paragraph(
        "Any one of these is enough. The first that says no decides, and is asked again before anything is counted, sealed or sent.",
      ),
      { type: "table", caption: "Ways to say no, the strongest first", columns: ["What", "Where", "For"], rows },
      paragraph(
        code("sotto-client disable"),
        " also deletes at once what waits to be sent. ",
        code("SOTTO_TELEMETRY=debug"),
        " prints what would be sent, and sends nothing.",
      ),
    ],
  };
}

/** What no definition can ask for. */
export function neverSection(reports: readonly ReportDefinition[], today: number): Section {
  const hasSession = reports.some(({ fields }) => {
    return fields.some((field) => field.kind === "session" && !isExpired(field, today));
  });
  const identifier = hasSession
    ? "no identifier of you, your machine or an account; only a session’s random number, marked above, links reports, and dies with the session"
    : "no identifier of you, your machine or an account, and nothing that links one report to the next";
  return {
    id: "never",
    heading: "What is never collected",
    blocks: [
      paragraph(
        "This follows from the format, it is not a promise. A report can hold yes and no, values from a printed list, ranges, counts and version numbers. So there is",
      ),
      {
        type: "list",
        items: [
          [identifier],
          ["no free text: no names of files or folders, no command lines, no messages, no searches"],
          [
            "no address: a report has no place for one. The collector sees that of your DNS resolver, and does not keep it",
          ],
          [
            "no exact time: a report holds the day on which it was sealed, and the collector keeps the hour or more that it came in",
          ],
        ],
      },
      paragraph(
        "A rare combination of values can still stand out among all others. So look at what each field can be.",
      ),
    ],
  };
}

/** Where reports go, and who can read them there. */
export function addresseesSection({ zones }: Definition, name: string): Section {
  const [first, ...others] = zones.map(({ zone }) => code(zone));
  const rest: Line =
    others.length === 0
      ? []
      : [" (if that fails, to ", ...others.flatMap((zone, index) => (index === 0 ? [zone] : [", ", zone])), ")"];
  const blocks: Block[] = [
    paragraph(
      "Each report is sealed on your machine for the project’s public key and looked up as a DNS name in the zone ",
      first ?? "",
      ...rest,
      ". Your own resolver relays it, as it does for every other name. Many projects share a zone; its log is public, and all reports in it look alike.",
    ),
    {
      type: "table",
      caption: "Of each report, who learns what",
      columns: ["Party", "Your address", "Its content"],
      rows: [
        [[name], ["no"], ["yes: who holds the secret key of the week can read it"]],
        [["Your DNS resolver"], ["yes"], ["no, only the zone, when, and how many names"]],
        [["The zone’s operator"], ["no, the resolver’s, and a network if it tells; neither is stored"], ["no"]],
        [["Readers of the public log"], ["no"], ["no"]],
      ],
    },
    paragraph(
      "If you run a recursive resolver of your own, the zone’s server sees its address. A resolver and a project that worked together would have address and content. Networks see that the zone is asked, and can block it: that is respected.",
    ),
  ];
  return { id: "where", heading: "Where it goes, and who can read it", blocks };
}

/** How not to have to believe this page. */
export function seeingSection(): Section {
  return {
    id: "seeing",
    heading: "How to see for yourself",
    blocks: [
      {
        type: "terms",
        terms: [
          ["Before", [code("sotto-client preview"), " shows what the next reports would hold."]],
          ["After", [code("sotto-client history"), " shows what was sent, for 90 days."]],
          ["In between", [code("sotto-client open NAME"), " shows what was inside a name from your resolver’s log."]],
          ["Which rule holds", [code("sotto-client status"), " names what decided."]],
        ],
      },
    ],
  };
}
