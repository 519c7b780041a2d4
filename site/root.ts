import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Where the pages are written. */
export const PAGES = `${ROOT}/site/dist`;
