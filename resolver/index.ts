export type { Keeping } from "./bucket.ts";
export { type Endpoint, formatEndpoint, parseEndpoint } from "./endpoint.ts";
export { ConfigError, StoreError } from "./errors.ts";
export { type Collector, type ServeOptions, serve } from "./serve.ts";
