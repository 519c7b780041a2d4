export { type Choice, DEFAULTS, parseConfig, settingsOf, type ZoneChoice } from "./config.ts";
export { type Endpoint, formatEndpoint, parseEndpoint } from "./endpoint.ts";
export { ConfigError, StoreError } from "./errors.ts";
export type { Keeping } from "./log/bucket.ts";
export { createOperatorLog, type OperatorLog } from "./publication/operatorlog.ts";
export { type Collector, type ServeContext, serve } from "./serve.ts";
export type { NameServer, Settings, ZoneSettings } from "./settings.ts";
