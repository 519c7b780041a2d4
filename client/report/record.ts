/**
 * A member that a record has itself. Names come from definitions, where `constructor` is as good as any other: what
 * every object inherits must not be taken for a member.
 */
export function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A value as an object with members that are not known yet; null for anything else, arrays included. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return value as Readonly<Record<string, unknown>>;
}
