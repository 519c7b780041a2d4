import { describeEngine } from "./contract.ts";
import { PORTABLE_ENGINES } from "./portable.ts";

for (const name of PORTABLE_ENGINES) describeEngine(name);
