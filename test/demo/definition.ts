import { type Collection, dateOfDay, dayOf, type EpochKey, encodeEpochKey, parseCollection } from "@sotto/wire";

export const SYSTEMS = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64"];
export const COMMANDS = ["install", "runserver", "migrate", "search", "upgrade", "doctor"];

/** What a project of the demo asks of its users. @returns the text of its `sotto.json`. */
export function definitionText(project: string, zone: string, key: EpochKey): string {
  const expires = dateOfDay(dayOf(Date.now() / 1000) + 360);
  const about = { reason: "To know what to care for first.", owner: "Release team", expires };
  const definition = {
    ...{ sotto: 1, project, about: `https://${project}.example/telemetry`, consent: "ask" },
    ...{ zones: [{ zone }], keys: [encodeEpochKey(key)] },
    reports: {
      // Most projects ask by the week, which tells less of a person. Here the page is to have a course after a minute.
      daily: {
        window: "day",
        description: "Which versions are used where.",
        fields: {
          version: { key: "v", kind: "version", description: `The version of ${project}.`, ...about },
          platform: { key: "p", kind: "platform", values: SYSTEMS, description: "System and processor.", ...about },
          runner: { key: "r", kind: "runner", description: "Whether a person, a script or CI runs it.", ...about },
          age: { key: "a", kind: "age", description: "For how long, in four steps.", ...about },
        },
      },
      commands: {
        window: "day",
        description: "Which commands are used.",
        fields: {
          uses: {
            key: "u",
            kind: "counter",
            max: 999,
            values: COMMANDS,
            description: "How often each command ran.",
            ...about,
          },
        },
      },
    },
  };
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** The same as programs read it. */
export function collectionOf(text: string): Collection {
  return parseCollection(JSON.parse(text));
}
