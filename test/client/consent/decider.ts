/** A program of its own that decides about one project, for tests of many at once: PATH WITHIN PROJECT grant|deny. */
import { withDenial, withGrant } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";

const [path = "", within = "", project = "", verb] = process.argv.slice(2);
const change = await changeConsent({ path, within }, (record) =>
  verb === "grant" ? withGrant(record, project, { day: 20_773, fields: {} }) : withDenial(record, project, 20_773),
);
process.exitCode = change.type === "changed" ? 0 : 1;
