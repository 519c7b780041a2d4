import { describeStore } from "./contract.ts";
import { duckDbPlace } from "./duckdbplace.ts";

describeStore("DuckDbStore", duckDbPlace);
