import { bestRate } from "../../../decoder/batch/fastestwasm.ts";
import { whilePairing } from "../../../decoder/batch/pairing.ts";
import { wasmBatch } from "../../../decoder/batch/wasmbatch.ts";
import { compileBatch } from "../../../decoder/batch/wasmcode.ts";
import { describeBatch } from "./contract.ts";

// In a file of its own, since V8 keeps what a process compiled of the same octets before, with the flag or without.
describeBatch("the batch wasm, 4 lanes, of which V8 makes pairs where it can", () =>
  whilePairing(() => {
    const batch = wasmBatch(compileBatch(4));
    bestRate(batch, () => performance.now());
    return batch;
  }),
);
