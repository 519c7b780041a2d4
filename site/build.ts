/** `npm run docs`: all documents and the reference of all packages, as pages that need no server and no network. */
import { globSync, rmSync } from "node:fs";
import { Application, LogLevel } from "typedoc";
import { documentPaths, HEADINGS, nameDocuments } from "./documents.ts";
import { withoutGuessedLanguage } from "./language.ts";
import { deadPageLinks, foreignLoads } from "./links/pages.ts";
import { deadMarkdownLinks } from "./links/repository.ts";
import { namePackages, REFERENCE } from "./packages.ts";
import { nameParameters } from "./parameters.ts";
import { placeDocuments } from "./places.ts";
import { PAGES, ROOT } from "./root.ts";
import { showSources } from "./sources.ts";

/** What packages export, as package.json says it. */
const ENTRIES = [
  "client/index",
  "client/commander",
  "client/testing",
  "client/sending",
  "keys/index",
  "resolver/index",
  "decoder/index",
  "native/index",
  "wire/index",
  "wire/commandline",
  "wire/help",
];

const app = await Application.bootstrap({
  name: "sotto",
  basePath: ROOT,
  tsconfig: `${ROOT}/site/tsconfig.json`,
  entryPoints: ENTRIES.map((entry) => `${ROOT}/${entry}.ts`),
  readme: `${ROOT}/README.md`,
  projectDocuments: documentPaths().map((path) => `${ROOT}/${path}`),
  out: PAGES,
  theme: "without-sources",
  router: "as-in-repository",
  customCss: `${ROOT}/site/style.css`,
  groupOrder: [...HEADINGS, REFERENCE, "*"],
  navigation: { includeGroups: true },
  sort: ["kind", "instance-first", "alphabetical-ignoring-documents"],
  searchInComments: true,
  searchInDocuments: true,
  // Who looks for a word is better served by a text about it than by one of many names.
  searchGroupBoosts: { Guides: 4, Reference: 3 },
  highlightLanguages: [
    "bash",
    "console",
    "css",
    "html",
    "javascript",
    "json",
    "nginx",
    "python",
    "sql",
    "toml",
    "typescript",
  ],
  ignoredHighlightLanguages: ["abnf"],
  // tsc checks types, and this TypeScript is another.
  skipErrorChecking: true,
  disableSources: true,
  hideGenerator: true,
  excludeInternal: true,
  githubPages: false,
  treatWarningsAsErrors: true,
  logLevel: LogLevel.Warn,
});
nameDocuments(app);
namePackages(app);
nameParameters(app);
withoutGuessedLanguage(app);
showSources(app);
placeDocuments(app);
const project = await app.convert();
if (project === undefined) throw new Error("the sources cannot be read");
app.validate(project);
rmSync(PAGES, { recursive: true, force: true });
await app.generateDocs(project, PAGES);
const problems = [...deadMarkdownLinks(), ...deadPageLinks(PAGES), ...foreignLoads(PAGES)];
for (const line of problems) console.error(line);
if (problems.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
else
  console.log(
    `site/dist/index.html: ${globSync("**/*.html", { cwd: PAGES }).length} pages, no dead link, nothing loaded from elsewhere`,
  );
