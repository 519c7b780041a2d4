export { type SentReport, type TestSurroundings, TestTelemetry } from "./testing/testtelemetry.ts";
