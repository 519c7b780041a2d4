/** A segment's file name: start, end, and the first 16 digits of the sum (protocol.md section 5). */
const FILE_NAME = "^\\d{1,15}-\\d{1,15}-[0-9a-f]{16}\\.seg$";

/** Every parameter would be another address of the same octets, and a way around every cache: none is taken. */
const NO_PARAMETERS = { type: "object", additionalProperties: false } as const;

/** A link to the page may have been decorated on its way here; the page looks at none of it. */
const ANY_PARAMETERS = { type: "object", additionalProperties: true } as const;

const NOTHING = { type: "null" } as const;

const TROUBLE = {
  type: "object",
  properties: { error: { type: "string" } },
  required: ["error"],
  additionalProperties: false,
} as const;

const ENTRY = {
  type: "object",
  properties: {
    id: { type: "string" },
    start: { type: "integer", minimum: 0 },
    end: { type: "integer", minimum: 1 },
    count: { type: "integer", minimum: 0 },
    bytes: { type: "integer", minimum: 160 },
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
  },
  required: ["id", "start", "end", "count", "bytes", "sha256"],
  additionalProperties: false,
} as const;

const LIST = {
  type: "object",
  properties: { version: { const: 1 }, zone: { type: "string" }, segments: { type: "array", items: ENTRY } },
  required: ["version", "zone", "segments"],
  additionalProperties: false,
} as const;

const text = (type: string) => ({ content: { [type]: { schema: { type: "string" } } } });
const octets = { content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } };
const errors = { "4xx": TROUBLE, "5xx": TROUBLE };

/** Schema of the segment list. */
export const LIST_SCHEMA = { querystring: NO_PARAMETERS, response: { 200: LIST, 304: NOTHING, ...errors } };

/** Schema of the list's signature. */
export const SIGNATURE_SCHEMA = {
  querystring: NO_PARAMETERS,
  response: { 200: text("text/plain"), 304: NOTHING, ...errors },
};

/** Schema of a segment. */
export const SEGMENT_SCHEMA = {
  params: {
    type: "object",
    properties: { file: { type: "string", pattern: FILE_NAME } },
    required: ["file"],
    additionalProperties: false,
  },
  querystring: NO_PARAMETERS,
  response: { 200: octets, 206: octets, 304: NOTHING, 416: NOTHING, ...errors },
};

/** Schema of the pages. */
export const PAGE_SCHEMA = {
  querystring: ANY_PARAMETERS,
  response: { 200: text("text/html"), 304: NOTHING, ...errors },
};

/** Schema of the way to a page's address with its slash. */
export const REDIRECT_SCHEMA = { querystring: ANY_PARAMETERS, response: { 308: NOTHING, ...errors } };

/** Schema of what the operator alone sees. */
export const ADMIN_SCHEMA = {
  health: { querystring: ANY_PARAMETERS, response: { 200: statusOf("alive"), ...errors } },
  readiness: {
    querystring: ANY_PARAMETERS,
    response: {
      200: statusOf("ready"),
      503: {
        type: "object",
        properties: { status: { const: "not ready" }, reason: { type: "string" } },
        required: ["status", "reason"],
        additionalProperties: false,
      },
    },
  },
  metrics: { querystring: ANY_PARAMETERS, response: { 200: text("text/plain"), ...errors } },
} as const;

function statusOf(status: string) {
  return {
    type: "object",
    properties: { status: { const: status } },
    required: ["status"],
    additionalProperties: false,
  };
}
