import { writeSync } from "node:fs";
import { FolderCollection } from "./collection.ts";
import { close, KEEPING, START, STEPS } from "./crash.ts";

// A server's storage that kills itself: crash.child.ts FOLDER POINT PASS
// with SIGKILL when a fault point is passed for the PASSth time; it ends cleanly when it is not passed so often.

const [folder = "", point = "", pass = "1"] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

let passed = 0;
let step = -1;
const collection = await FolderCollection.open({
  keeping: KEEPING,
  now: START,
  folder,
  intakes: 2,
  acknowledged: (frame) => say(`ack ${frame}`),
  log: {
    faultPoint: (name) => {
      if (name !== point || ++passed < Number(pass)) return;
      say(`killed ${step} ${collection.now}`);
      process.kill(process.pid, "SIGKILL");
      // The signal may need a moment.
      for (;;);
    },
  },
});
for (const run of STEPS) {
  step++;
  await run(collection);
}
say(`done ${step} ${collection.now}`);
await close(collection);
