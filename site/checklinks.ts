/** The part of `npm run lint` that looks at Markdown: every link leads to a file, and to a heading of it. */
import { deadMarkdownLinks } from "./links/repository.ts";

const dead = deadMarkdownLinks();
for (const line of dead) console.error(line);
console.log(`links of Markdown: ${dead.length === 0 ? "all lead somewhere" : `${dead.length} lead nowhere`}`);
if (dead.length > 0) process.exitCode = 1;
