import { wasmBatch } from "../../../decoder/batch/wasmbatch.ts";
import { compileBatch } from "../../../decoder/batch/wasmcode.ts";
import { describeBatch } from "./contract.ts";

describeBatch("the batch wasm, 2 lanes", () => wasmBatch(compileBatch(2)));
describeBatch("the batch wasm, 4 lanes", () => wasmBatch(compileBatch(4)));
