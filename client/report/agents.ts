import type { Environment } from "./ci.ts";

/** A sign that an AI agent started the program. */
interface AgentSign {
  /** The agent's name, as in values of `AI_AGENT`. */
  readonly slug: string;
  /** The environment variable that the agent sets for commands that it runs. */
  readonly variable: string;
  /** What the variable's value must hold, in lower case; absent when any value will do. */
  readonly holds?: string;
}

/**
 * What agents set for the commands that they run; above each, where that is said. Not here is what people's own shells may
 * hold as well: `CURSOR_TRACE_ID` and `REPL_ID` (also in a person's terminal in these editors), settings such as `CODEX_HOME`,
 * `COPILOT_GITHUB_TOKEN`, `CLINE_API_KEY` and `AIDER_*` (which aider reads and does not set).
 */
export const AGENT_SIGNS: readonly AgentSign[] = [
  // github.com/anthropics/claude-code/issues/531
  { slug: "claude-code", variable: "CLAUDECODE" },
  // forum.cursor.com/t/132427, by github.com/databricks/cli/pull/4287
  { slug: "cursor", variable: "CURSOR_AGENT" },
  // google-gemini.github.io/gemini-cli/docs/tools/shell.html
  { slug: "gemini-cli", variable: "GEMINI_CLI" },
  // github.com/aws/aws-cdk-cli/pull/1853
  { slug: "codex", variable: "CODEX_SANDBOX" },
  // github.com/aws/aws-cdk-cli/pull/1853
  { slug: "codex", variable: "CODEX_THREAD_ID" },
  // github.com/openai/codex/issues/22124
  { slug: "codex", variable: "CODEX_CI" },
  // github.com/aws/aws-cdk-cli/pull/1855
  { slug: "opencode", variable: "OPENCODE" },
  // changelog of github.com/github/copilot-cli
  { slug: "github-copilot", variable: "COPILOT_CLI" },
  // docs.augmentcode.com/cli/reference#shell-environment
  { slug: "augment", variable: "AUGMENT_AGENT" },
  // github.com/aws/aws-cdk-cli/pull/1853
  { slug: "qwen-code", variable: "QWEN_CODE" },
  // github.com/aws/aws-cdk-cli/pull/1853
  { slug: "cline", variable: "CLINE_ACTIVE" },
  // github.com/aaif-goose/goose/issues/3827
  { slug: "goose", variable: "GOOSE_TERMINAL" },
  // github.com/charmbracelet/crush/pull/2484
  { slug: "crush", variable: "CRUSH" },
  // pkg.go.dev/github.com/jehiah/agentdetection
  { slug: "trae", variable: "TRAE_AI_SHELL_ID" },
  // github.com/aws/aws-cdk-cli, packages/aws-cdk/lib/cli/util/detect-agent.ts
  { slug: "amazon-q", variable: "AWS_EXECUTION_ENV", holds: "amazonq" },
];

/** Agents that are known by the values of `AGENT` only: amp (github.com/aaif-goose/goose/pull/7017) and others. */
const SLUGS = new Set([...AGENT_SIGNS.map(({ slug }) => slug), "amp", "aider", "devin", "antigravity", "claude"]);

/** An agent that does not say which one it is. */
export const UNKNOWN_AGENT = "unknown";

/**
 * The AI agent that started the program. `AI_AGENT` (github.com/vercel/vercel, packages/detect-agent) says so with any
 * value; `AGENT` (github.com/agentsmd/agents.md/issues/136) with `1`, `true` or a known agent's name only, since other
 * programs use a variable of that name, too. Names may have a version behind them: `goose@1.2.3`.
 *
 * @returns the agent's slug from the list, {@link UNKNOWN_AGENT} for one that is not in it; null when no agent did.
 *   Reports never hold it: they say `agent`.
 */
export function agentOf(environment: Environment): string | null {
  const sign = AGENT_SIGNS.find(({ variable, holds }) => said(environment, variable)?.includes(holds ?? ""));
  if (sign !== undefined) return sign.slug;
  const proposed = said(environment, "AI_AGENT");
  if (proposed !== null) return slugIn(proposed) ?? UNKNOWN_AGENT;
  const common = said(environment, "AGENT");
  if (common === null) return null;
  return slugIn(common) ?? (common === "1" || common === "true" ? UNKNOWN_AGENT : null);
}

/** A variable's value in lower case; null when it is not set, or set to what means no. */
function said(environment: Environment, variable: string): string | null {
  const value = environment[variable]?.trim().toLowerCase() ?? "";
  return value === "" || value === "0" || value === "false" ? null : value;
}

function slugIn(value: string): string | null {
  const [name = ""] = value.split(/[@_]/, 1);
  return SLUGS.has(name) ? name : null;
}
