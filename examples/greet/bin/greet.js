#!/usr/bin/env node
import { greetProgram } from "../greet.js";
import { openTelemetry } from "../telemetry.js";

const telemetry = await openTelemetry();
await greetProgram(telemetry).parseAsync();
await telemetry.close();
