import Fastify, { type FastifyInstance, type FastifyPluginCallback } from "fastify";
import { etagOf, sendText, ZoneDocument } from "./document.ts";
import { addSecurityHeaders } from "./headers.ts";
import { zonePage } from "./page.ts";
import { shedLoad } from "./pressure.ts";
import type { PublishedZone } from "./publishedzone.ts";
import { PAGE_SCHEMA, REDIRECT_SCHEMA } from "./schema.ts";
import { addSegmentRoutes } from "./segments.ts";
import { addTroubleHandlers } from "./troubles.ts";
import { zonesPage } from "./zonespage.ts";

/** A request that is not complete by then is dropped, in milliseconds: it is one line and some headers. */
const REQUEST_MILLISECONDS = 10_000;

/** A connection on which nothing moves for this long is dropped, in milliseconds: a download that hangs, a client that went. */
const IDLE_MILLISECONDS = 20_000;

/** A connection without a request is kept for this long, in milliseconds: a page and a list come in one go. */
const KEEP_ALIVE_MILLISECONDS = 5_000;

/** Octets of a request's headers: what a browser sends is a tenth of it. */
const MAX_HEADER_OCTETS = 8192;

/** Octets of a request's body: nothing here takes one. */
const MAX_BODY_OCTETS = 1024;

/** Characters of a segment's file name; the longest has 51. */
const MAX_NAME_CHARACTERS = 64;

/** Connections at once: far below the files that a process may open, which DNS over TCP needs too. */
const MAX_CONNECTIONS = 256;

/**
 * The HTTP side: of each zone the list of segments, the segments with ranges and validators (RFC 9110), and a page for
 * people. One zone is at the root, several are each below `/<zone>/`. It logs nothing, since who reads the log is
 * nobody's business either.
 */
export function createPublication(zones: readonly PublishedZone[]): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: REQUEST_MILLISECONDS,
    connectionTimeout: IDLE_MILLISECONDS,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    bodyLimit: MAX_BODY_OCTETS,
    forceCloseConnections: true,
    http: { maxHeaderSize: MAX_HEADER_OCTETS },
    routerOptions: { maxParamLength: MAX_NAME_CHARACTERS },
    // A parameter that a schema does not know is refused, not dropped in silence.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  addSecurityHeaders(app);
  addTroubleHandlers(app);
  shedLoad(app);
  const [only] = zones;
  if (zones.length === 1 && only !== undefined) addZone(app, only);
  else addZones(app, zones);
  return app;
}

function addZone(scope: FastifyInstance, zone: PublishedZone): void {
  const page = new ZoneDocument(zone, (facts, segments) =>
    zonePage({ facts, segments, signed: zone.signature !== undefined, signatureKey: zone.signatureKey }),
  );
  // With its slash alone: the page's links are relative, so that it may lie below any address.
  scope.route({
    method: "GET",
    url: "/",
    ...(scope.prefix === "" ? {} : { prefixTrailingSlash: "slash" as const }),
    schema: PAGE_SCHEMA,
    handler: (request, reply) => page.send(request, reply, "text/html"),
  });
  addSegmentRoutes(scope, zone);
}

function addZones(scope: FastifyInstance, zones: readonly PublishedZone[]): void {
  scope.get("/", { schema: PAGE_SCHEMA }, (request, reply) => {
    const text = zonesPage(zones.map(({ facts }) => facts));
    return sendText(request, reply, { text, etag: etagOf(text), type: "text/html" });
  });
  for (const zone of zones) {
    const name = zone.facts.zone;
    scope.get(`/${name}`, { schema: REDIRECT_SCHEMA }, (_request, reply) =>
      reply.code(308).header("location", `${name}/`).send(),
    );
    const below: FastifyPluginCallback = (inner, _options, done) => {
      addZone(inner, zone);
      done();
    };
    scope.register(below, { prefix: `/${name}` });
  }
}
