/** What the page "what we collect" is written in. */
export const FORMATS = ["markdown", "html"] as const;
export type Format = (typeof FORMATS)[number];
