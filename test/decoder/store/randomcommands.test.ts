import { it } from "vitest";
import { duckDbPlace } from "./duckdbplace.ts";
import { compareWithModel } from "./randomcommands.ts";

it("does what the model does, whatever is asked of it", () => compareWithModel(duckDbPlace, 15), 120_000);
