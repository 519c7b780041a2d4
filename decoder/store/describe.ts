import { describeConnection, isConnectionString } from "@sotto/wire";

/** A store's place as it may be told: of a connection string no login, and of its parameters the schema alone. */
export function describeStore(place: string): string {
  if (!isConnectionString(place)) return place;
  const schema = new URLSearchParams(place.split("?").slice(1).join("?")).get("schema");
  return schema === null ? describeConnection(place) : `${describeConnection(place)}?schema=${schema}`;
}
