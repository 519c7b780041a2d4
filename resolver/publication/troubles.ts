import type { FastifyInstance, FastifyReply } from "fastify";
import { NO_CACHING } from "./headers.ts";

/** What is thrown on a request's way; nothing else of it is told to anybody. */
interface Trouble {
  readonly statusCode?: number;
  readonly validationContext?: string;
}

const TEXTS: Readonly<Record<number, string>> = { 404: "not found", 503: "busy, come back later" };

/** Answers every error in a few words of our own: an error's own message may tell paths and addresses. */
export function addTroubleHandlers(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => notFound(reply));
  app.setErrorHandler((error: Trouble, _request, reply) => {
    // A file name that no segment can have is a file that is not there.
    if (error.validationContext === "params") return notFound(reply);
    return sendTrouble(reply, error.statusCode ?? 500);
  });
}

/** There is nothing here, or not any more. */
export function notFound(reply: FastifyReply): FastifyReply {
  return sendTrouble(reply, 404);
}

function sendTrouble(reply: FastifyReply, status: number): FastifyReply {
  for (const name of ["etag", "content-length", "content-range", "accept-ranges"]) reply.removeHeader(name);
  reply.code(status).header("cache-control", NO_CACHING).type("application/json; charset=utf-8");
  return reply.send({ error: TEXTS[status] ?? (status < 500 ? "bad request" : "internal error") });
}
