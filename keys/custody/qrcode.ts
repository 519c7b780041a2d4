import { encodeQR } from "qr";

/** The blank frame that ISO/IEC 18004 asks for around a code, in modules. */
const QUIET_MODULES = 4;

/**
 * A QR code as SVG, black on white whatever the page's colours are. It is drawn in alphanumeric mode with error
 * correction H: nearly a third of it may be worn off, and 90 characters still need 45 x 45 modules only.
 *
 * @param text digits, capital letters and ` $%*+-./:` only, at most 1,852 characters.
 * @param label what is read out in its place; plain text without characters that mean something in HTML.
 */
export function qrCodeSvg(text: string, label: string): string {
  const rows = encodeQR(text, "raw", { ecc: "high", encoding: "alphanumeric", border: QUIET_MODULES });
  const runs = rows.flatMap((row, y) =>
    darkRuns(row).map(({ from, length }) => `M${from} ${y}h${length}v1h-${length}z`),
  );
  const size = rows.length;
  return [
    `<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}"`,
    ` shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/>`,
    `<path fill="#000" d="${runs.join("")}"/></svg>`,
  ].join("");
}

/** Modules that are dark without a break become one rectangle: no hairline between them, in any renderer. */
function darkRuns(row: readonly boolean[]): { from: number; length: number }[] {
  const starts = row.flatMap((dark, x) => (dark && !row[x - 1] ? [x] : []));
  return starts.map((from) => ({ from, length: row.indexOf(false, from) - from }));
}
