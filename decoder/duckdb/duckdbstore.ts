import type { RecordStore } from "../store/contract.ts";
export async function openRecords(_path: string, _how: "read" | "write"): Promise<RecordStore> {
  throw new Error("not merged yet");
}
