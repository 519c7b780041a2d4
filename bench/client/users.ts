import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Collection, dayOf, parseCollection } from "@sotto/wire";
import { fieldHashes } from "../../client/consent/fieldhash.ts";
import { withDenial, withGrant } from "../../client/consent/record.ts";
import { changeConsent } from "../../client/consent/store.ts";
import { installationOf } from "../../client/installation/folder.ts";
import { writeState } from "../../client/installation/statefile.ts";
import { windowOf } from "../../client/report/window.ts";
import type { JsonObject } from "../../client/state/file.ts";
import { type Place, type Places, placesOf } from "../../client/state/paths.ts";

/** The definition of docs/definition.md, two reports with ten fields, which expires in another century. */
export function exampleDefinition(): JsonObject {
  const page = readFileSync(fileURLToPath(new URL("../../docs/definition.md", import.meta.url)), "utf8");
  const [, text = ""] = /```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/.exec(page) ?? [];
  return JSON.parse(text.replaceAll(/"expires": "20/g, '"expires": "21'));
}

/** A user, with a home and a decision about the example. */
export class User {
  readonly home: string;
  readonly #collection: Collection;
  readonly #places: Places;

  constructor(home: string, definition: JsonObject) {
    mkdirSync(home);
    this.home = home;
    this.#collection = parseCollection(definition);
    this.#places = placesOf({ platform: "linux", environment: {}, home });
  }

  async decide(answer: "granted" | "denied"): Promise<void> {
    const { project } = this.#collection;
    const told = { day: dayOf(Date.now() / 1000), fields: fieldHashes(this.#collection) };
    const changed = await changeConsent(this.#places.consent as Place, (record) =>
      answer === "granted" ? withGrant(record, project, told) : withDenial(record, project, told.day),
    );
    if (changed.type !== "changed") throw new Error(`the decision cannot be written: ${changed.type}`);
  }

  /** After a run: as if a sender had sealed all that is due, so that the next one has nothing to hand over. */
  async settle(): Promise<void> {
    const today = dayOf(Date.now() / 1000);
    const reports = this.#collection.reports.map(({ name, window }) => {
      // Today's window and the last: counters tell of the one that is over.
      const reported = [windowOf(window, today) - 1, windowOf(window, today)];
      return [name, { reported, activity: [], draws: null }];
    });
    await writeState(this.#folder(), { firstDay: today - 30, reports: Object.fromEntries(reports), merged: [] });
    this.#removeDue();
  }

  /** Before a run: as if the window had just begun, so that it makes a report due and starts a sender. */
  unsettle(): void {
    rmSync(join(this.#folder().path, "state.json"), { force: true });
    this.#removeDue();
    const { path } = this.#places.state as Place;
    for (const name of ["next.json", "sender.lock"]) rmSync(join(path, name), { force: true });
  }

  /** Names of the reports that are due. */
  due(): string[] {
    return readdirSync(this.#folder().path).filter((name) => name.startsWith("due-"));
  }

  #removeDue(): void {
    for (const name of this.due()) rmSync(join(this.#folder().path, name));
  }

  #folder(): Place {
    const folder = installationOf(this.#places.state, this.#collection.project);
    if (folder === null) throw new Error("the program has never run");
    return folder;
  }
}

/** Puts the definition where the programs look for it. */
export function writeDefinition(folder: string, definition: JsonObject): void {
  writeFileSync(join(folder, "sotto.json"), JSON.stringify(definition));
}
