import { type Collection, SottoError } from "@sotto/wire";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type AnswerSource, buildAnswers } from "../answers/build.ts";
import { answersCsv } from "../answers/csv.ts";
import { answersJson } from "../answers/json.ts";
import type { Answers } from "../answers/model.ts";
import { publicView } from "../answers/publicview.ts";
import { type QuestionText, readQuestion } from "../answers/question.ts";
import { UsageError } from "../errors.ts";
import { answersPage } from "../page/answerspage.ts";
import { html } from "../page/html.ts";
import { documentOf, policyOf } from "../page/layout.ts";
import { type Chosen, filterForm, WHERE_PREFIX } from "./filterform.ts";
import { isOwnHost } from "./loopback.ts";

/** A request that is not complete by then is dropped, in milliseconds. */
const REQUEST_MILLISECONDS = 10_000;

/** Octets of a request's headers: a query of all fields is a tenth of it. */
const MAX_HEADER_OCTETS = 8192;

/** What is shown. */
export interface Viewed {
  /** It is only read. */
  readonly source: AnswerSource;
  readonly definition: Collection;
  /** Set to show what everybody may see, merged below this. There are no filters then. */
  readonly threshold: number | null;
}

const HEADERS = {
  "content-security-policy": `${policyOf({ hasForm: true })}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  // What only the holder of the records may see has no place in a browser's cache.
  "cache-control": "no-store",
};

/**
 * The viewer: the page of `report` with a form, for a browser on the same machine. It answers only requests that name
 * this machine, changes nothing, and writes no log.
 */
export function createViewer({ source, definition, threshold }: Viewed): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: REQUEST_MILLISECONDS,
    forceCloseConnections: true,
    http: { maxHeaderSize: MAX_HEADER_OCTETS },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    const { localAddress = "", localPort = 0 } = request.socket;
    if (!isOwnHost(request.headers.host, { address: localAddress, port: localPort })) {
      return reply.code(421).type("text/plain").send("This is no server of that name.\n");
    }
    return undefined;
  });
  app.setErrorHandler((error, _request, reply) => sendTrouble(reply, error));
  app.setNotFoundHandler((_request, reply) => sendPage(reply, 404, "There is nothing here."));

  // A store may be read by one at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const answer = (chosen: Chosen): Promise<Answers> => {
    const asked = turn.then(async () => {
      const question = readQuestion(textOf(chosen, threshold !== null), definition);
      const answers = await buildAnswers(source, definition, question);
      return threshold === null ? answers : publicView(answers, threshold);
    });
    turn = asked.catch(() => undefined);
    return asked;
  };

  app.get("/", async (request, reply) => {
    const chosen = chosenBy(request);
    const form = filterForm(definition, chosen, threshold === null);
    const query = new URLSearchParams([...chosen]).toString();
    const suffix = query === "" ? "" : `?${query}`;
    const page = answersPage(await answer(chosen), {
      form,
      files: [
        { label: "JSON", href: `answers.json${suffix}` },
        { label: "CSV", href: `answers.csv${suffix}` },
      ],
    });
    return reply.type("text/html; charset=utf-8").send(page);
  });
  app.get("/answers.json", async (request, reply) => {
    return reply.type("application/json; charset=utf-8").send(answersJson(await answer(chosenBy(request))));
  });
  app.get("/answers.csv", async (request, reply) => {
    return reply.type("text/csv; charset=utf-8").send(answersCsv(await answer(chosenBy(request))));
  });
  return app;
}

/** What a form sends of what nobody chose is empty, and means nothing. */
function chosenBy({ query }: FastifyRequest): Chosen {
  const entries = Object.entries(query as Record<string, string | string[]>).map(([name, value]) => {
    return [name, Array.isArray(value) ? (value.at(-1) ?? "") : value] as const;
  });
  return new Map(entries.filter(([, value]) => value !== ""));
}

function textOf(chosen: Chosen, isPublic: boolean): QuestionText {
  const where: string[] = [];
  for (const [name, value] of chosen) {
    if (name.startsWith(WHERE_PREFIX) && !isPublic) where.push(`${name.slice(WHERE_PREFIX.length)}=${value}`);
    else if (!["report", "windows", "until"].includes(name)) {
      throw new UsageError("SOTTO_QUESTION", "there is no such parameter");
    }
  }
  const report = chosen.get("report");
  return {
    reports: report === undefined ? [] : [report],
    windows: chosen.get("windows"),
    until: chosen.get("until"),
    where,
    settled: isPublic,
  };
}

function sendTrouble(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof UsageError) return sendPage(reply, 400, `This cannot be asked: ${error.message}.`);
  if (error instanceof SottoError) return sendPage(reply, 500, error.message);
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return sendPage(reply, status, status < 500 ? "This cannot be asked." : "Something went wrong.");
}

function sendPage(reply: FastifyReply, status: number, message: string): FastifyReply {
  const content = html`<header><h1>Usage reports</h1></header>
<main id="content"><p>${message}</p><p><a href="/">All figures</a></p></main>`;
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .send(documentOf("Usage reports", content, { hasForm: true }));
}
