export { type Endpoint, formatEndpoint, parseEndpoint } from "./endpoint.ts";
export { ConfigError, StoreError } from "./errors.ts";
export type { Keeping } from "./log/bucket.ts";
export { type Collector, type ServeOptions, serve } from "./serve.ts";
