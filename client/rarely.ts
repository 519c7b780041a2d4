/**
 * What an application's process needs in few of its runs: where the program or its definition is new, somebody may be
 * asked, a report may be due, somebody looks for a mistake. `index.mjs` has none of it, and loads it, all at once, when the
 * first of these functions is called (build/bundle.ts). So nothing that is reached from here may import this file.
 */
export { openWhole } from "./whole.ts";
