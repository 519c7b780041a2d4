import type { FastifyInstance } from "fastify";
import { STYLE_HASH } from "./style.ts";

/** A published segment never changes: caches may keep it for as long as anybody holds it. */
export const SEGMENT_CACHING = "public, max-age=604800, immutable";

/** Lists and pages change with every bucket, which is an hour. */
export const LIST_CACHING = "public, max-age=60";

/** What went wrong now may go right in a second. */
export const NO_CACHING = "no-store";

/** The page needs its own stylesheet and an icon within the page: no script, no frame, no form, no other server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Puts the headers that guard a reader on every answer, errors too. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    done();
  });
}
