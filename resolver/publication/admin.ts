import Fastify, { type FastifyInstance } from "fastify";
import { addSecurityHeaders, NO_CACHING } from "./headers.ts";
import type { Metrics } from "./metrics.ts";
import { ADMIN_SCHEMA } from "./schema.ts";
import { addTroubleHandlers } from "./troubles.ts";
import type { Vitals } from "./vitals.ts";

/** A request that is not complete by then is dropped, in milliseconds. */
const REQUEST_MILLISECONDS = 5_000;

/** Octets of a request's body: nothing here takes one. */
const MAX_BODY_OCTETS = 1024;

/** Connections at once: a monitor or two, and a person. */
const MAX_CONNECTIONS = 16;

/**
 * What the operator alone sees, to be bound to loopback: whether the process lives (`/healthz`), whether it can do its
 * work (`/readyz`), and its figures (`/metrics`). It stays open under pressure, which is when it is looked at.
 */
export function createAdmin(vitals: Pick<Vitals, "ready">, metrics: Metrics): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: REQUEST_MILLISECONDS,
    connectionTimeout: 2 * REQUEST_MILLISECONDS,
    bodyLimit: MAX_BODY_OCTETS,
    forceCloseConnections: true,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  addSecurityHeaders(app);
  addTroubleHandlers(app);
  app.addHook("onRequest", (_request, reply, done) => {
    reply.header("cache-control", NO_CACHING);
    done();
  });
  app.get("/healthz", { schema: ADMIN_SCHEMA.health }, (_request, reply) => reply.send({ status: "alive" }));
  app.get("/readyz", { schema: ADMIN_SCHEMA.readiness }, async (_request, reply) => {
    const readiness = await vitals.ready();
    if (readiness.ok) return reply.send({ status: "ready" });
    return reply.code(503).send({ status: "not ready", reason: readiness.reason });
  });
  app.get("/metrics", { schema: ADMIN_SCHEMA.metrics }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  return app;
}
