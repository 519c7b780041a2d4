import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import { syntheticSegment } from "./synthetic.ts";

// Scans one segment after the other until it is killed, and says what is done:
// node --conditions=sotto-source test/decoder/store/segmentwriter.ts <store>

const [path = ""] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

say("started");
const store = await DuckDbStore.open(path);
const { length: done } = await store.segments();
for (let number = done; ; number++) {
  const { segment, frames, messages, weeks } = syntheticSegment(number);
  const scan = await store.scan(segment);
  const half = frames.length / 2;
  await scan.put({ frames: frames.slice(0, half), messages: messages.slice(0, half), parts: [] });
  await scan.put({ frames: frames.slice(half), messages: messages.slice(half), parts: [] });
  await scan.commit(["a1b2c3d4"], weeks);
  say(`committed ${number}`);
  if (number % 3 !== 2) continue;
  // Every third segment's first message is forgotten, which writes the file anew.
  await store.forget([(messages[0] as { id: string }).id]);
  say(`forgot ${number}`);
}
