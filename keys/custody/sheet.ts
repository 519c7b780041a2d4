import { dateOfDay } from "@sotto/wire";
import { qrCodeSvg } from "./qrcode.ts";
import {
  checkShareOf,
  encodeShare,
  nameOfProject,
  type Share,
  type ShareKind,
  type ShareMeta,
  setIdText,
  shareLines,
} from "./share.ts";
import { SHEET_STYLE } from "./sheetstyle.ts";

/** What is printed on a sheet: one share, and what its custodian has to know. */
export interface SheetContents extends ShareMeta {
  readonly share: Share;
  /** The day of printing, days since 1970-01-01 UTC. */
  readonly day: number;
  /** The public half of what was split, as text, to recognise it by. */
  readonly publicKey?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Nothing is loaded, nothing runs, nothing is sent: all there is stands in the document. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Longer names would take more than the two lines that a page has for them. */
const MAX_NAME_CHARACTERS = 60;

const PUBLIC_HALF: Readonly<Record<ShareKind, string>> = {
  "secret-key": "Public key",
  "keyring-identity": "Recipient",
};

/**
 * A sheet of paper for the custodian of a share: an HTML document that stands alone and prints on one page, A4 or US
 * Letter. The document is as secret as the share.
 *
 * @throws ShareError `SOTTO_SHARE_COUNT` when the share cannot be one of so many, `SOTTO_SHARE_RANGE`.
 */
export function shareSheet(contents: SheetContents): string {
  const { share, shares } = contents;
  checkShareOf(share, shares);
  const { number } = share;
  const set = setIdText(share);
  const text = encodeShare(share);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Share ${number} of ${shares}, set ${set}</title>
<style>${SHEET_STYLE}</style>
</head>
<body>
<p class="screen">Print this page on a printer that you trust, look whether every character is legible, then delete the
file: it holds the share.</p>
<header>
<p class="kind"><span>sotto – one part of a key</span><span>printed ${dateOfDay(contents.day)}</span></p>
<h1>Share ${number} of ${shares}</h1>
<p class="lead">${purposeOf(contents)} ${promiseOf(contents)}</p>
</header>
<main>
<section class="share" aria-label="The share">
${qrCodeSvg(text, "The share as a QR code")}
<div class="text">
<ol class="lines">
${shareLines(text).map(lineOf).join("\n")}
</ol>
<p class="hint">Code and text say the same. Blanks, line ends and case do not matter, as long as capital and small letters
are not mixed. Behind <span class="whole">SOTTO-SHARE-1</span> there is no B, I or O: what looks like O is a zero.</p>
</div>
</section>
<p class="fold">fold here, the print inside</p>
<dl class="facts">
${factsOf(contents)}
</dl>
<div class="duties">
<section>
<h2>Keep it</h2>
<ul>
<li>Where only you can get at it, dry and in the dark.</li>
<li>Never two of these sheets in one place, nor one beside a copy of the key.</li>
<li>Make no photograph and no copy: pictures end up in a cloud.</li>
<li>Write nothing on the outside but “share ${number}, set ${set}”.</li>
<li>If it is lost, or somebody may have seen it, tell the project today.</li>
</ul>
</section>
<section>
<h2>Use it</h2>
<ul>
<li>Ask who wants it, and what for, face to face. Nobody needs it in a hurry.</li>
<li>On a computer without a network: <code>sotto-keys combine</code>, then type the text, or read the code with a
scanner that keeps no pictures.</li>
<li>Take the sheet home again. Once a new set has replaced this one, burn it: old shares go on opening what they
opened.</li>
</ul>
</section>
</div>
<section class="custodian" aria-label="Custodian">
<p>Kept by</p>
<p>Since</p>
<p>Signature</p>
</section>
<p class="format">Should the program be lost: the text is bech32 (BIP-173) of 44 octets, namely kind, set (8), threshold,
number, 32 values and their place x. Each octet of the secret is the value at 0 of a polynomial through the values at
that position (Shamir 1979), in GF(2⁸) with x⁸ + x⁴ + x³ + x + 1.</p>
</main>
</body>
</html>
`;
}

function purposeOf({ share, project }: SheetContents): string {
  const characters = [...nameOfProject(project)];
  const short = characters.length > MAX_NAME_CHARACTERS;
  const name = short ? `${characters.slice(0, MAX_NAME_CHARACTERS - 1).join("")}…` : characters.join("");
  const whose = `<bdi>${escapeText(name)}</bdi>`;
  return share.kind === "secret-key"
    ? `It belongs to the secret key with which ${whose} reads its users’ reports.`
    : `It belongs to the identity that opens the keyring of ${whose}.`;
}

function promiseOf({ share: { threshold }, shares }: SheetContents): string {
  const enough = threshold === shares ? `All ${shares} shares` : `Any ${threshold} of the ${shares} shares`;
  return `${enough} together give it back, fewer do not.`;
}

function lineOf(groups: readonly string[]): string {
  return `<li>${groups.map((group) => `<span>${group}</span>`).join(" ")}</li>`;
}

function factsOf({ share, shares, publicKey }: SheetContents): string {
  const spare = shares - share.threshold;
  const loss = spare === 0 ? "none may be lost" : `${spare} may be lost`;
  const facts: [string, string][] = [
    ["Set", `<code>${setIdText(share)}</code>: only shares of one set fit together`],
    ["Shares", `${shares}, of which ${share.threshold} are needed and ${loss}`],
  ];
  if (publicKey !== undefined) facts.push([PUBLIC_HALF[share.kind], `<code>${escapeText(publicKey)}</code>`]);
  return facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("\n");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
